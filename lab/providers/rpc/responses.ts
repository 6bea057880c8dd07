import * as pb from '@pulumi/pulumi/proto/provider_pb';
import { type Change, type Difference, pathText } from './diff';
import type { Checked } from './provider';
import { type Secrets, toStruct } from './values';

export function checkResponse(checked: Checked, secrets: Secrets): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(toStruct(secrets.seal(checked.inputs)));
  for (const { property, reason } of checked.failures ?? []) {
    const failure = new pb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(secrets.redact(reason));
    response.addFailures(failure);
  }
  return response;
}

export function diffResponse({ changes, replacing, deleteBeforeReplace }: Difference): pb.DiffResponse {
  const response = new pb.DiffResponse();
  const { DiffChanges } = pb.DiffResponse;
  response.setChanges(changes.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setDiffsList([...new Set(changes.map(topLevel))]);
  response.setReplacesList([...new Set(replacing.map(topLevel))]);
  response.setDeletebeforereplace(replacing.length > 0 && deleteBeforeReplace === true);
  response.setHasdetaileddiff(true);
  const replaced = new Set(replacing.map(({ path }) => pathText(path)));
  for (const change of changes) {
    const text = pathText(change.path);
    response.getDetaileddiffMap().set(text, propertyDiff(change, replaced.has(text)));
  }
  return response;
}

function propertyDiff({ kind }: Change, replaces: boolean): pb.PropertyDiff {
  const { Kind } = pb.PropertyDiff;
  const kinds = {
    add: replaces ? Kind.ADD_REPLACE : Kind.ADD,
    delete: replaces ? Kind.DELETE_REPLACE : Kind.DELETE,
    update: replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE,
  };
  const diff = new pb.PropertyDiff();
  diff.setKind(kinds[kind]);
  diff.setInputdiff(true);
  return diff;
}

function topLevel({ path }: Change): string {
  return String(path[0]);
}
