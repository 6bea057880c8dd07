import { execaSync } from 'execa';
import { expect, it } from 'vitest';

import { sshCommand } from '../../stacks/ssh-command';

it.each(['/home/ada/a b', "/home/ada's", '/home/%d', '/home/a#?b', '/home/$HOME'])(
  'finds its files below %s, as ssh reads the command',
  (folder) => {
    const command = sshCommand({ key: `${folder}/key`, knownHosts: `${folder}/known` });
    // A shell reads the line, as git has it read; ssh then reads each option.
    const { stdout } = execaSync('sh', ['-c', `set -- ${command}; printf '%s\\n' "$@"`]);
    const options = stdout.split('\n').filter((line) => line.includes('="'));
    const inSsh = (name: string) => `${name}="${folder.replaceAll('%', '%%')}`;
    expect(options).toEqual([`${inSsh('IdentityFile')}/key"`, `${inSsh('UserKnownHostsFile')}/known"`]);
  },
);
