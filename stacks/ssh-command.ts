/**
 * The value of GIT_SSH_COMMAND by which a key of this machine reaches a server whose host key is pinned, whatever the
 * user's own settings of ssh: https://git-scm.com/docs/git#Documentation/git.txt-GITSSHCOMMAND
 */
export function sshCommand({ key, knownHosts }: Record<'key' | 'knownHosts', string>): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  // ssh replaces `%d` and the like in a path.
  const path = (option: string, file: string) => `-o ${quote(`${option}="${file.replaceAll('%', '%%')}"`)}`;
  return [
    'ssh -T -F /dev/null',
    path('IdentityFile', key),
    '-o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes',
    // A server that no longer answers fails within 30 s.
    '-o ConnectTimeout=10 -o ServerAliveInterval=10',
    path('UserKnownHostsFile', knownHosts),
  ].join(' ');
}
