import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * Puts a command into a folder's `bin` that a thread of the tests answers: a Node.js of its own for each call would take a
 * tenth of a second.
 *
 * @param name also that of the command in `command-server.mjs`
 * @param reading the subcommands that read standard input, as a pattern of the shell
 */
export function serveCommand(folder: string, name: string, reading: string): void {
  const script = `#!/usr/bin/env bash
LC_ALL=C
exec 3<>/dev/tcp/127.0.0.1/${serverPort()}
case "$1" in ${reading}) input=$(cat; printf .) ;; *) input=. ;; esac
input=\${input%.}
printf '%s\\0' ${name} "\${0%/*/*}" "$PWD" "\${SOPS_AGE_KEY_FILE-}" "\${#input}" $# "$@" >&3
printf '%s' "$input" >&3
IFS= read -r code <&3
IFS= read -r stderr <&3
printf '%b' "$stderr" >&2
cat <&3
exit "$code"
`;
  writeFileSync(join(folder, 'bin', name), script, { mode: 0o755 });
}

let port = 0;

/** Starts the thread once, and waits until it listens. */
function serverPort(): number {
  if (port > 0) return port;
  const shared = new Int32Array(new SharedArrayBuffer(4));
  new Worker(join(__dirname, 'command-server.mjs'), { workerData: shared }).unref();
  Atomics.wait(shared, 0, 0);
  return (port = shared[0]!);
}
