/** What Flux leaves out of a repository: https://fluxcd.io/flux/components/source/gitrepositories/#default-exclusions */
const excluded = ['flv', 'gif', 'jpeg', 'jpg', 'png', 'tar.gz', 'wmv', 'zip'].map((ending) => `.${ending}`);

/** The files by which Flux keeps all that these paths have: one in each folder at the top that needs it. */
export function sourceIgnores(paths: readonly string[]): Map<string, string> {
  const needed = paths.filter((path) => excluded.some((ending) => path.endsWith(ending)));
  const text = excluded.map((ending) => `!*${ending}\n`).join('');
  return new Map(needed.map((path) => [`${path.split('/')[0]}/.sourceignore`, text]));
}
