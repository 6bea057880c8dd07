import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
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
  const text = textOf(bytes);
  return /^[^\n]*\r?\n$/.test(text) ? text.replace(/\r?\n$/, '') : text;
}

function textOf(bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below.
  }
  throw new FleetError({
    place: 'standard input',
    problem: 'it is not text of UTF-8',
    next: 'Encode what is binary, as by `base64`, and have the app decode it',
  });
}

/** The terminal shows the question, and nothing of what is typed. */
async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  terminal.on('SIGINT', () => process.exit(130));
  try {
    // The end of the input is an empty value, which is refused.
    return await terminal.question('').catch(() => '');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
