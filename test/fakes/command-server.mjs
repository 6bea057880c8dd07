// The thread that answers for the commands of served-command.ts.
import { createServer } from 'node:net';
import { workerData } from 'node:worker_threads';

/** Each is loaded when it is called first. */
const commands = {
  docker: () => import('./docker/command.mjs'),
  sops: () => import('./sops.mjs'),
};

/** The call in what was received; undefined while it is not complete. */
function callIn(received) {
  const words = [];
  let start = 0;
  const next = () => {
    const end = received.indexOf(0, start);
    if (end < 0) return undefined;
    words.push(received.toString('utf8', start, end));
    start = end + 1;
    return words.at(-1);
  };
  for (let i = 0; i < 6; i++) if (next() === undefined) return undefined;
  const [name, folder, cwd, keyFile, length, count] = words.splice(0);
  for (let i = 0; i < Number(count); i++) if (next() === undefined) return undefined;
  if (received.length - start < Number(length)) return undefined;
  return { name, folder, cwd, keyFile, args: words, input: received.toString('utf8', start) };
}

async function answer(call) {
  try {
    const { run } = await commands[call.name]();
    const { code = 0, stdout = '', stderr = '' } = await run(call);
    return Buffer.concat([Buffer.from(`${code}\n${escaped(stderr)}\n`), Buffer.from(stdout)]);
  } catch (error) {
    return Buffer.from(`70\n${escaped(`${error.stack}\n`)}\n`);
  }
}

/** In one line, as `printf '%b'` takes it. */
function escaped(text) {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

const server = createServer((socket) => {
  let received = Buffer.alloc(0);
  let isAnswered = false;
  // The caller may be killed.
  socket.on('error', () => undefined);
  socket.on('data', async (chunk) => {
    received = Buffer.concat([received, chunk]);
    const call = isAnswered ? undefined : callIn(received);
    if (!call) return;
    isAnswered = true;
    socket.end(await answer(call));
  });
});
server.listen(0, '127.0.0.1', () => {
  Atomics.store(workerData, 0, server.address().port);
  Atomics.notify(workerData, 0);
});
