import { createHash } from 'node:crypto';
import { proposals, type RepositoryCopy } from './repository';

/** Gives the page that opens a pull request of a branch; undefined where it is not known. */
export type PageOf = (branch: string) => string | undefined;

/** A commit that waits for a merge. */
export interface Proposal {
  readonly commit: string;
  readonly branch: string;
  /** The page that opens the pull request, or shows it. */
  readonly link?: string;
}

export interface ProposalProps {
  /** The commit's, of the whole repository. */
  readonly tree: string;
  readonly parent: string;
  /** Makes the commit. */
  readonly make: () => Promise<string>;
  readonly page: PageOf;
}

/** Pushes a commit to a branch of its own, from which somebody opens a pull request. The same change has the same branch. */
export async function propose(copy: RepositoryCopy, props: ProposalProps): Promise<Proposal> {
  const { tree, parent, make, page } = props;
  const id = createHash('sha256').update(`${tree} ${parent}`).digest('hex');
  const branch = `${proposals}/${id.slice(0, 12)}`;
  const known = await copy.revision(`refs/remotes/origin/${branch}`);
  if (known) return { commit: known, branch, link: page(branch) };
  const commit = await make();
  const printed = await copy.pushTo(branch, commit);
  return { commit, branch, link: linkIn(printed) ?? page(branch) };
}

/** The page that a server names after a push: `remote:   https://gitlab.com/org/fleet/-/merge_requests/new?…`. */
function linkIn(printed: string): string | undefined {
  const links = [...printed.matchAll(/^remote:.*?(https?:\/\/\S+)/gm)].map(([, link]) => link!);
  return links.find((link) => /pull|merge_request|compare/.test(link));
}
