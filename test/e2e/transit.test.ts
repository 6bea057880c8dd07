import { randomUUID } from 'node:crypto';

import { execa, type ResultPromise } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { findCommand } from '../../machine/files';
import { Clone } from './clone';
import { dockerHolds, gateway, Observed } from './observe';
import { dresses, filesWith } from './secrets';

const command = findCommand('bao') ?? findCommand('vault');
const title = command
  ? 'a cluster that decrypts by a transit key of a real server'
  : 'a cluster that decrypts by a transit key (SKIPPED: neither `bao` nor `vault` is on PATH)';

/** A server of OpenBao or Vault in memory, where this machine and the clusters reach it. */
class TransitServer {
  private constructor(
    private readonly process: ResultPromise,
    private readonly address: string,
    private readonly rootToken: string,
  ) {}

  static async start(): Promise<TransitServer> {
    const host = await gateway('bridge');
    const token = randomUUID();
    const server = execa(command!, ['server', '-dev', '-dev-no-store-token', `-dev-listen-address=${host}:8200`], {
      env: { BAO_DEV_ROOT_TOKEN_ID: token, VAULT_DEV_ROOT_TOKEN_ID: token },
      reject: false,
    });
    const started = new TransitServer(server, `http://${host}:8200`, token);
    await vi.waitFor(() => fetch(`http://${host}:8200/v1/sys/health`), { timeout: 30_000 });
    await started.post('sys/mounts/transit', { type: 'transit' });
    return started;
  }

  /** Makes a key, and gives its address. */
  async makeKey(name: string): Promise<string> {
    await this.post(`transit/keys/${name}`, {});
    return `${this.address}/v1/transit/keys/${name}`;
  }

  /** A token that may do one thing with a key. */
  async token(right: 'encrypt' | 'decrypt', key: string): Promise<string> {
    const policy = `path "transit/${right}/${key}" { capabilities = ["update"] }`;
    await this.post(`sys/policies/acl/${right}`, { policy });
    const { auth } = (await this.post('auth/token/create', { policies: [right] })) as {
      auth: { client_token: string };
    };
    return auth.client_token;
  }

  async stop(): Promise<void> {
    this.process.kill();
    await this.process;
  }

  private async post(path: string, body: object): Promise<unknown> {
    const headers = { 'X-Vault-Token': this.rootToken };
    const response = await fetch(`${this.address}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }
}

describe.skipIf(!command)(title, () => {
  let clone: Clone;
  let server: TransitServer | undefined;
  let token: string;
  const value = `canary-${randomUUID()}`;

  beforeAll(async () => {
    clone = await Clone.make();
    await clone.run('fleet', 'provide');
    server = await TransitServer.start();
    const url = await server.makeKey('dev');
    token = await server.token('decrypt', 'dev');
    // Who sets a value may encrypt, and no more.
    process.env['VAULT_TOKEN'] = await server.token('encrypt', 'dev');
    clone.edit('import { defineFleet, ', 'import { defineFleet, env, transitKey, ');
    clone.edit('    dev: kind(),\n    prod: kind(),\n', `    dev: kind({ recipients: [transitKey('${url}')] }),\n`);
    clone.edit("    prod: { 'app-a': { replicas: 2 }, 'app-b': { values: { replicas: 2 } } },\n", '');
    clone.edit("'app-a': webApp({ ...podinfo,", "'app-a': webApp({ ...podinfo, secrets: { API_KEY: env() },");
  });
  afterAll(async () => {
    await clone.run('down', '--all');
    await server?.stop();
    clone.remove();
  });

  it('is asked for its token before anything is made', async () => {
    await clone.secrets(['set', 'dev', 'app-a', 'API_KEY'], value);
    await expect(clone.run('up')).rejects.toThrow('secrets import-token dev');
    expect((await dockerHolds()).containers).toEqual([]);
  });

  it('has the value in the pod, and no age key', async () => {
    await clone.secrets(['import-token', 'dev'], token);
    await clone.run('up');

    const dev = new Observed(clone.path('.fleet', 'kubeconfig', 'dev'));
    expect(await dev.variables('app-a')).toContain(`API_KEY=${value}`);
    const { data } = await dev.object('v1', 'Secret', 'flux-system/sops-age');
    expect(Object.keys(data!)).toEqual(['sops.vault-token']);
  });

  it('keeps the token out of Git and of plain state', () => {
    const found = filesWith(clone.root, [token, value].flatMap(dresses));
    expect(found).toEqual([clone.path('.fleet', 'keys', 'transit-dev.token')]);
  });
});
