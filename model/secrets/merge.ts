/** Whether Git has left the two sides of a merge in a text: https://git-scm.com/docs/git-merge#_how_conflicts_are_presented */
export function hasConflictMarkers(text: string): boolean {
  return /^(<{7}|>{7})( |\r?$)/m.test(text);
}

/** What to do about an encrypted file that holds parts of both sides of a merge: SOPS signs a file as a whole. */
export function mergeAdvice(file: string): string {
  return (
    `Use one side whole, with \`git checkout --ours ${file}\` or \`git checkout --theirs ${file}\` ` +
    `(after the commit of a merge, \`git checkout HEAD^1 -- ${file}\` or \`git checkout HEAD^2 -- ${file}\`), ` +
    'and set the values of the other side again with `npm run fleet -- secrets set`'
  );
}
