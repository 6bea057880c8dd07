import { execa } from 'execa';
import { findCommand } from '../machine/files';
import { FleetError } from '../model';

/**
 * Shows a file in the editor that `sops` would use, until the user closes it.
 *
 * @throws FleetError when there is none, or it fails.
 */
export async function openEditor(file: string): Promise<void> {
  const editor =
    process.env['SOPS_EDITOR'] || process.env['EDITOR'] || ['vim', 'nano', 'vi'].find((name) => findCommand(name));
  if (!editor) {
    const next = 'Name one: `EDITOR=nano npm run fleet -- secrets edit <cluster> <app>`';
    throw new FleetError({ place: 'this machine', problem: 'it has no vim, nano or vi', next });
  }
  // The variable is a line of a shell, as `code --wait`: git and sops read it so.
  const { exitCode, signal } = await execa('sh', ['-c', `${editor} "$@"`, 'sh', file], {
    stdio: 'inherit',
    reject: false,
  });
  if (exitCode === 0) return;
  const next = 'Nothing was taken over: see what it says above, or name another one in EDITOR';
  throw new FleetError({ place: file, problem: `\`${editor}\` ended with ${exitCode ?? signal}`, next });
}
