import { FleetError } from '../model';

interface Rejection {
  /** In what git and the server print. */
  readonly pattern: RegExp;
  readonly problem: string;
  readonly next: string;
}

const byPullRequest =
  'Run `npm run fleet -- push --pull-request`, which pushes a branch of its own; or set `pullRequest: true` in `hosted({ … })`; ' +
  'or allow this key or token to push to the branch, in the settings of the repository';

/** Why servers refuse a push, by what they print. The first that matches counts. */
const rejections: readonly Rejection[] = [
  {
    // GitHub's push protection and rules; GitLab's: what is pushed is refused, and not who pushes.
    pattern: /GH013|push protection|secret detect/i,
    problem: 'a rule of the repository refuses what the commit contains',
    next: 'Fix what the server names, or change the rule in the settings of the repository',
  },
  {
    // GitHub; GitLab; Gitea and Forgejo; Azure DevOps; Bitbucket.
    pattern:
      /GH006|protected branch|not allowed to push (code )?to (a )?protected|branch .* is protected|TF402455|pull request.* (is )?required|can(not)? only be (changed|modified|updated) (through|by|via) (a )?pull request|permission.*branch restriction/i,
    problem: 'the branch is protected',
    next: byPullRequest,
  },
  {
    pattern:
      /marked as read[- ]only|deploy key does not have|insufficient permission|TF401027|permission.*denied|access denied|\b403\b|write access.*not granted|read-only/i,
    problem: 'the key or the token may not write',
    next: 'Run `npm run fleet -- repository`, which shows what the server must allow',
  },
  {
    pattern: /GH009|required to be signed|must be signed|unsigned commit|verified signature/i,
    problem: 'the server takes signed commits alone',
    next: 'Set `verify: []` in `hosted({ … })`, so that this clone signs its commits, and add its key of `npm run fleet -- repository` there as a signing key',
  },
  {
    pattern: /hook declined/i,
    problem: 'a hook of the server refuses the commit',
    next: 'Fix what the hook names, and run the same command again',
  },
];

/** The refusal that git printed, as an error that tells what to do; undefined where the server refused nothing. */
export function rejection(stderr: string, place: string): FleetError | undefined {
  const found = rejections.find(({ pattern }) => pattern.test(stderr));
  if (!found) return undefined;
  return new FleetError({ place, problem: `${found.problem}: ${told(stderr)}`, next: found.next });
}

/** What the server itself tells, without git's own lines around it. */
function told(stderr: string): string {
  const lines = stderr.split(/\r?\n/).map((line) => line.trim());
  const own = lines.filter((line) => /^(remote:|!)/.test(line)).map((line) => line.replace(/^remote:\s*/, ''));
  const kept = (own.length > 0 ? own : lines).filter((line) => /\w/.test(line));
  return kept.join('; ').replace(/\.$/, '');
}
