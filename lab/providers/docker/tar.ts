import type { Readable } from 'node:stream';

import { pack } from 'tar-stream';

/** A file, folder or symbolic link in an archive. */
export interface Entry {
  /** Slash-separated and relative. */
  readonly path: string;
  readonly mode: number;
  readonly content?: Buffer;
  readonly link?: string;
  readonly folder?: boolean;
}

/** A tar archive without timestamps: the same files always give the same bytes. */
export function tar(entries: Iterable<Entry>): Readable {
  const archive = pack();
  for (const { path: name, mode, content, link: linkname, folder } of entries) {
    const type = folder ? 'directory' : linkname === undefined ? 'file' : 'symlink';
    archive.entry({ name, mode, type, linkname, mtime: new Date(0) }, content ?? Buffer.alloc(0));
  }
  archive.finalize();
  return archive as unknown as Readable;
}
