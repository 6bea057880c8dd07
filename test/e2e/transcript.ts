import { expect } from 'vitest';

import { comparable, transcript } from '../docs/documents';
import type { Clone } from './clone';

/** Runs the commands of the README's transcript, and expects what it shows. */
export async function expectTranscript(clone: Clone): Promise<void> {
  for (const { command, printed } of transcript()) {
    const [, args = ''] = /^npm run -s fleet -- (.*)$/.exec(command)!;
    const { stdout, exitCode } = await clone.fleet(...args.split(' '));
    expect({ command, exitCode, printed: comparable(stdout) }).toEqual({
      command,
      exitCode: 0,
      printed: comparable(printed),
    });
  }
}
