import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { render, writeFiles } from '../../../constructs/synth';
import type { Fleet } from '../../../model';
import { diffClusters, type DiffProps, diffTrees } from '../../../operate/diff';
import type { DiffReport } from '../../../operate/diff/report';
import { RepositoryCopy } from '../../../operate/repository';
import { site } from '../../manifests/site';
import { helm, kustomize } from '../build-check/fixture';

/** A state of the fleet: what `fleet.ts` has, what lies beside it, and what is done to the manifests afterwards. */
export interface State {
  readonly fleet: Fleet;
  readonly files?: Readonly<Record<string, string>>;
  readonly change?: (manifests: string) => void;
}

const nobody = () => Promise.reject(new Error('no key'));

async function inCopy<T>(work: (copy: RepositoryCopy, treeOf: (state: State) => Promise<string>) => Promise<T>) {
  const scratch = mkdtempSync(join(tmpdir(), 'diff #%?-'));
  try {
    const copy = new RepositoryCopy(join(scratch, 'copy.git'), { url: join(scratch, 'none'), environment: {} });
    // It makes the copy before it finds no server.
    await copy.fetch().catch(() => undefined);
    let count = 0;
    return await work(copy, async ({ fleet, files = {}, change }) => {
      const folder = join(scratch, `state-${count++}`);
      mkdirSync(folder);
      writeFiles(render(fleet, site(files)), folder);
      change?.(folder);
      return copy.writeTree(folder);
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 9 });
  }
}

const propsOf = (copy: RepositoryCopy, fleet: Fleet, more: Partial<DiffProps>): DiffProps => ({
  fleet,
  copy,
  kustomize: kustomize!,
  helm: helm!,
  wanted: {},
  noise: false,
  decrypt: nobody,
  notices: [],
  ...more,
});

/** What differs between two states. */
export function diffOf(before: State, after: State, more: Partial<DiffProps> = {}): Promise<DiffReport> {
  return inCopy(async (copy, treeOf) => {
    const [from, to] = [await treeOf(before), await treeOf(after)];
    return diffTrees(
      propsOf(copy, after.fleet, more),
      { label: { name: 'published' }, tree: from },
      { label: { name: 'fleet.ts' }, tree: to },
    );
  });
}

/** What differs between `dev` and `prod`. */
export function clustersDiffOf(state: State, more: Partial<DiffProps> = {}): Promise<DiffReport> {
  return inCopy(async (copy, treeOf) => {
    const at = { label: { name: 'published' }, tree: await treeOf(state) };
    return diffClusters(propsOf(copy, state.fleet, more), at, ['dev', 'prod']);
  });
}
