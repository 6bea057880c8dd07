import { isUtf8 } from 'node:buffer';
import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { FleetError } from '../model';

/**
 * A value from standard input, or typed at a prompt that does not show it. A final newline is not part of a value of
 * one line, as `echo` and editors put it there; a value of several lines is taken as it is.
 *
 * @throws FleetError when it is not text.
 */
export async function readSecretValue(question: string): Promise<string> {
  return process.stdin.isTTY ? ask(question) : secretValueIn(await buffer(process.stdin));
}

export function secretValueIn(bytes: Buffer): string {
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new FleetError({
      place: 'standard input',
      problem: 'it is not text of UTF-8',
      next: 'Encode what is binary, as by `base64`, and have the app decode it',
    });
  }
  const text = bytes.toString();
  return /^[^\n]*\r?\n$/.test(text) ? text.replace(/\r?\n$/, '') : text;
}

/** The terminal shows the question, and nothing of what is typed. */
export async function ask(question: string, input: Readable = process.stdin): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input, output: nowhere, terminal: true });
  terminal.on('SIGINT', () => process.exit(130));
  try {
    // The end of the input is an empty value, which is refused.
    return await terminal.question('').catch(() => '');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
