import { writeFiles, render } from '../constructs/synth';
import { allOf } from '../machine/all-of';
import { repositoryRoot } from '../machine/paths';
import { type Fleet, FleetError } from '../model';
import { inTempFolder } from '../operate/build-check/tool';
import { diffClusters, type DiffProps, diffTrees } from '../operate/diff';
import type { DiffReport } from '../operate/diff/report';
import { publishedSide, revisionSide, workingSide } from '../operate/diff/trees';
import { refusePlaintext } from '../operate/plaintext';
import { chosenClusters, refuseUnknownApp } from './clusters';
import { repositoryCopy } from './repository-copy';
import { secretsFolder } from './secrets-folder';
import { toolCommand } from './tool-command';

/** What is to be compared. */
export interface Compare {
  readonly from?: string;
  readonly to?: string;
  readonly cluster?: readonly string[];
  readonly app?: readonly string[];
  readonly between?: readonly string[];
  readonly commit?: string;
  readonly all?: boolean;
}

/** Compares what a command's arguments name. @throws FleetError when there is no such commit, cluster or app */
export async function compared(fleet: Fleet, asked: Compare): Promise<DiffReport> {
  refuseUnknown(fleet, asked);
  const props = await diffProps(fleet, asked);
  const { copy } = props;
  if (asked.between) {
    const at = asked.commit ? await revisionSide(copy, asked.commit) : await publishedSide(copy);
    return diffClusters(props, at, asked.between as unknown as readonly [string, string]);
  }
  if (asked.from !== undefined) {
    const to = asked.to === undefined ? publishedSide(copy) : revisionSide(copy, asked.to);
    return diffTrees(props, ...(await allOf([revisionSide(copy, asked.from), to])));
  }
  return inTempFolder(async (folder) => {
    writeFiles(render(fleet, repositoryRoot), folder);
    refusePlaintext(folder, 'manifests');
    const [from, to] = await allOf([publishedSide(copy), workingSide(copy, folder)]);
    return diffTrees(props, from, to);
  });
}

/** What a comparison is done by: the copy of the repository as it is now, the tools, the keys. */
export async function diffProps(fleet: Fleet, { cluster, app, all = false }: Compare): Promise<DiffProps> {
  const copy = repositoryCopy(fleet);
  const [kustomize, helm, notices] = await allOf([toolCommand('kustomize'), toolCommand('helm'), updated(copy)]);
  const folder = secretsFolder(fleet);
  return {
    fleet,
    kustomize,
    helm,
    copy,
    notices,
    noise: all,
    wanted: { clusters: cluster, apps: app },
    decrypt: (of, text) => folder.decryptText(of, text),
  };
}

/** Brings the copy up to date. Where the server does not answer, the copy is used as it is, and that is noted. */
async function updated(copy: ReturnType<typeof repositoryCopy>): Promise<string[]> {
  try {
    await copy.fetch();
    return [];
  } catch (error) {
    const { commit } = (await publishedSide(copy).catch(() => undefined))?.label ?? {};
    if (!commit) throw error;
    const { problem = 'git cannot fetch' } = error instanceof FleetError ? error.problems[0]! : {};
    return [`offline: ${problem}; what is published is ${commit.slice(0, 12)}, as this clone last saw it`];
  }
}

function refuseUnknown(fleet: Fleet, { between, commit, from, cluster = [], app = [] }: Compare): void {
  chosenClusters(fleet, [...cluster, ...(between ?? [])]);
  for (const name of app) refuseUnknownApp(fleet, name);
  const wrong = between ? between.length !== 2 || from !== undefined : commit !== undefined;
  if (!wrong) return;
  throw new FleetError({
    place: 'fleet diff',
    problem: '`--between` takes two clusters, alone or with `--commit`',
    next: 'Use it as in `npm run fleet -- diff --between dev prod --commit published~1`',
  });
}
