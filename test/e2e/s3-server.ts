import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';

import { goCommand } from '../../lab/toolchain';
import { cacheDirectory } from '../../machine/paths';

/** A server of S3's protocol: https://github.com/johannesboyne/gofakes3 */
const version = 'v1.2.0';

/** The bucket that the server has. */
const bucket = 'state';

/** A server with a bucket, on this machine alone. */
export class S3Server {
  private constructor(
    private readonly server: ChildProcess,
    private readonly port: number,
  ) {}

  /** Builds the server where it was not built before, and starts it. */
  static async start(): Promise<S3Server> {
    const bin = join(cacheDirectory, 'e2e', `gofakes3-${version}`);
    if (!existsSync(join(bin, 'gofakes3'))) {
      const module = `github.com/johannesboyne/gofakes3/cmd/gofakes3@${version}`;
      await execa(goCommand(), ['install', module], { env: { GOBIN: bin, GOFLAGS: '' } });
    }
    const flags = ['-backend', 'memory', '-initialbucket', bucket, '-quiet', '-host', '127.0.0.1:0'];
    const server = spawn(join(bin, 'gofakes3'), flags, { stdio: ['ignore', 'ignore', 'pipe'] });
    let printed = '';
    server.stderr.on('data', (data: Buffer) => (printed += data.toString()));
    for (;;) {
      const [, port] = /using port: (\d+)/.exec(printed) ?? [];
      if (port) return new S3Server(server, Number(port));
      if (server.exitCode !== null) throw new Error(`gofakes3 ended: ${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The address of a folder in the bucket, as Pulumi takes it. */
  url(path: string): string {
    return `s3://${bucket}/${path}?endpoint=http://127.0.0.1:${this.port}&use_path_style=true&region=us-east-1`;
  }

  /** The objects in a folder, by their names in it: what anybody has who may read the bucket. */
  async objects(path: string): Promise<Map<string, string>> {
    const get = async (address: string) => (await fetch(`http://127.0.0.1:${this.port}/${bucket}${address}`)).text();
    const keys = [...(await get(`?list-type=2&prefix=${path}/`)).matchAll(/<Key>([^<]*)<\/Key>/g)].map(
      ([, key]) => key!,
    );
    const texts = await Promise.all(keys.map((key) => get(`/${key}`)));
    return new Map(keys.map((key, index) => [key.slice(path.length + 1), texts[index]!]));
  }

  async stop(): Promise<void> {
    if (this.server.exitCode !== null) return;
    this.server.kill();
    await once(this.server, 'exit');
  }
}
