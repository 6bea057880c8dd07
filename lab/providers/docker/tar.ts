/** A file, folder or symbolic link in an archive. */
export interface Entry {
  /** Slash-separated and relative. */
  readonly path: string;
  readonly mode: number;
  readonly content?: Buffer;
  readonly link?: string;
  readonly folder?: boolean;
}

const BLOCK = 512;
const LONGEST_NAME = 100;

/** A tar archive without timestamps, so that the same files always give the same bytes. */
export function tar(entries: Iterable<Entry>): Buffer {
  const blocks: Buffer[] = [];
  for (const entry of entries) {
    const long = [
      ...(Buffer.byteLength(entry.path) > LONGEST_NAME ? [record('path', entry.path)] : []),
      ...(Buffer.byteLength(entry.link ?? '') > LONGEST_NAME ? [record('linkpath', entry.link!)] : []),
    ];
    if (long.length > 0) blocks.push(...member({ path: 'PaxHeader', mode: 0o644, content: Buffer.concat(long) }, 'x'));
    blocks.push(...member(entry, entry.folder ? '5' : entry.link === undefined ? '0' : '2'));
  }
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function member(entry: Entry, type: string): Buffer[] {
  const content = entry.content ?? Buffer.alloc(0);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return [header(entry, type, content.length), content, padding];
}

function header(entry: Entry, type: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  Buffer.from(entry.path).copy(block, 0, 0, LONGEST_NAME);
  octal(entry.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.fill(' ', 148, 156);
  block.write(type, 156, 'latin1');
  Buffer.from(entry.link ?? '').copy(block, 157, 0, LONGEST_NAME);
  block.write('ustar\0' + '00', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** A record of an extended header: its own length, the key and the value. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return Buffer.from(`${length} ${key}=${value}\n`);
}
