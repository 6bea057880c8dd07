import { mkdtempSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { apiError } from '../../../operate/api-error';
import { type ApiError, KubernetesApi } from '../../../operate/kubernetes/api';

const folder = mkdtempSync(join(tmpdir(), 'kubernetes-api-'));
const openssl = async (...args: readonly string[]) => execa('openssl', args, { cwd: folder });
const seen: http.IncomingMessage[] = [];
let answer: http.RequestListener;
const listener: http.RequestListener = (request, response) => {
  seen.push(request);
  answer(request, response);
};
let server: http.Server | https.Server;
const port = () => (server.address() as AddressInfo).port;
const listen = (made: typeof server) =>
  new Promise<void>((resolve) => void (server = made.listen(0, '127.0.0.1', () => resolve())));

beforeEach(() => {
  seen.length = 0;
  const resources = [{ name: 'namespaces', kind: 'Namespace', namespaced: false }];
  answer = ({ url }, response) =>
    response.end(JSON.stringify(url === '/prefix/api/v1' ? { resources } : { items: [{}] }));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** The API of a kubeconfig with these properties. */
function api(cluster: object, user: object, timeout = 2000): KubernetesApi {
  const path = join(folder, 'kubeconfig');
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster }],
    users: [{ name: 'u', user }],
  };
  writeFileSync(path, stringify(config));
  return new KubernetesApi(path, timeout);
}

describe('a connection', () => {
  beforeEach(async () => {
    await openssl('req', '-x509', '-newkey', 'ed25519', '-nodes', '-keyout', 'key', '-out', 'cert', '-subj', '/CN=api', '-addext', 'subjectAltName=DNS:api,IP:127.0.0.1'); // prettier-ignore
    const [key, cert] = await Promise.all([read('key'), read('cert')]);
    await listen(https.createServer({ key, cert, ca: cert, requestCert: true, rejectUnauthorized: false }, listener));
  });
  const read = async (name: string) => (await import('node:fs')).readFileSync(join(folder, name));
  const data = async (name: string) => (await read(name)).toString('base64');
  const certified = () => (seen.at(-1)!.socket as import('node:tls').TLSSocket).getPeerCertificate().subject?.CN;

  it('has the certificates of files beside the kubeconfig', async () => {
    const files = { 'client-certificate': 'cert', 'client-key': 'key' };
    const cluster = { server: `https://127.0.0.1:${port()}/prefix/`, 'certificate-authority': 'cert' };
    expect((await api(cluster, files).list('v1', 'Namespace')).items).toEqual([
      { apiVersion: 'v1', kind: 'Namespace' },
    ]);
    expect(certified()).toBe('api');
  });

  it('has the certificates that stand in the kubeconfig', async () => {
    const user = { 'client-certificate-data': await data('cert'), 'client-key-data': await data('key') };
    const cluster = { server: `https://127.0.0.1:${port()}/prefix`, 'certificate-authority-data': await data('cert') };
    await api(cluster, user).list('v1', 'Namespace');
    expect(certified()).toBe('api');
  });

  it('is refused where the certificate is not of the authority', async () => {
    const error: unknown = await api({ server: `https://127.0.0.1:${port()}` }, {})
      .list('v1', 'Pod')
      .catch((e: unknown) => e);
    expect(apiError(error)).toEqual({ reason: 'self-signed certificate' });
  });

  it('has the token of a file, which is read again', async () => {
    const cluster = { server: `https://127.0.0.1:${port()}/prefix`, 'insecure-skip-tls-verify': true };
    writeFileSync(join(folder, 'token'), 'first\n');
    await api(cluster, { tokenFile: 'token' }).request('/version');
    expect(seen.at(-1)!.headers.authorization).toBe('Bearer first');
  });

  it('asks a program for credentials where the kubeconfig says so', async () => {
    const cluster = { server: `https://127.0.0.1:${port()}/prefix`, 'insecure-skip-tls-verify': true };
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'made' },
    };
    const exec = {
      apiVersion: credential.apiVersion,
      command: 'echo',
      args: [JSON.stringify(credential)],
      interactiveMode: 'Never',
    };
    await api(cluster, { exec }).request('/version');
    expect(seen.at(-1)!.headers.authorization).toBe('Bearer made');
  });

  it('asks a program once for many requests, as long as what it gave is valid', async () => {
    const cluster = { server: `https://127.0.0.1:${port()}/prefix`, 'insecure-skip-tls-verify': true };
    const asked = join(folder, 'asked');
    const script = `echo asked >> ${asked}; echo '{"status": {"token": "made", "expirationTimestamp": "2999-01-01T00:00:00Z"}}'`;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] };
    const client = api(cluster, { exec }, 10_000);
    await Promise.all(['/a', '/b', '/c'].map((path) => client.request(path)));
    expect((await read('asked')).toString()).toBe('asked\n');
  });

  it('goes through the proxy of the kubeconfig', async () => {
    const target = server;
    const asked: string[] = [];
    await listen(
      http.createServer().on('connect', ({ url }, socket) => {
        asked.push(url!);
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      }),
    );
    const cluster = { server: 'https://127.0.0.1:9', 'proxy-url': `http://127.0.0.1:${port()}` };
    await expect(api(cluster, {}).request('/version')).rejects.toThrow();
    expect(asked).toEqual(['127.0.0.1:9']);
    target.close();
  });
});

describe('a request', () => {
  beforeEach(() => listen(http.createServer(listener)));
  const plain = (timeout?: number) => api({ server: `http://127.0.0.1:${port()}/prefix` }, {}, timeout);

  it('is given up in the middle of an answer that does not end', async () => {
    answer = (_, response) => response.writeHead(200).write('{"items": [');
    const error: unknown = await plain(100)
      .request('/version')
      .catch((e: unknown) => e);
    expect(apiError(error)).toEqual({ reason: 'no answer in 10 s' });
  });

  it('is sent again when a connection that was kept open has been closed', async () => {
    const client = plain();
    await client.request('/version');
    answer = ({ socket }, response) => (seen.length === 2 ? socket.resetAndDestroy() : response.end('{}'));
    expect(await client.request('/version')).toBe('{}');
    expect(seen).toHaveLength(3);
  });

  it('names the kind that a cluster does not have', async () => {
    const error: unknown = await plain()
      .list('v1', 'Gadget')
      .catch((e: unknown) => e);
    expect((error as ApiError).code).toBe(404);
    expect(apiError(error)?.reason).toBe('404: the cluster has no kind Gadget in v1');
  });
});

describe('lines', () => {
  beforeEach(() => listen(http.createServer(listener)));
  const plain = (timeout?: number) => api({ server: `http://127.0.0.1:${port()}/prefix` }, {}, timeout);

  it('come as they are written, however they are cut, until the server ends', async () => {
    const lines: string[] = [];
    let more: () => void = () => undefined;
    answer = (_, response) => {
      response.write('one\ntw');
      more = () => response.end('o\nthree');
    };
    for await (const line of plain().lines('/log', { query: { follow: 'true' } })) {
      lines.push(line);
      if (line === 'one') more();
    }
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(seen.at(-1)!.url).toBe('/prefix/log?follow=true');
  });

  it('may come late, once the answer has begun', async () => {
    answer = (_, response) => {
      response.flushHeaders();
      setTimeout(() => response.end('late\n'), 300);
    };
    const lines: string[] = [];
    for await (const line of plain(100).lines('/log')) lines.push(line);
    expect(lines).toEqual(['late']);
  });

  it('end by the signal', async () => {
    const stop = new AbortController();
    answer = (_, response) => void response.write('one\n');
    const reading = (async () => {
      for await (const line of plain().lines('/log', { signal: stop.signal })) if (line) stop.abort();
    })();
    await expect(reading).rejects.toThrow(/abort/i);
  });

  it('are given up where no answer begins, and where it is an error', async () => {
    const read = (timeout?: number) =>
      plain(timeout)
        .lines('/log')
        .next()
        .catch((error: unknown) => apiError(error));
    answer = () => undefined;
    expect(await read(100)).toEqual({ reason: 'no answer in 10 s' });
    answer = (_, response) => response.writeHead(400).end('{"message": "container web is waiting to start"}');
    expect(await read()).toMatchObject({ reason: expect.stringContaining('waiting to start') as string });
  });
});

it('says which file has no current context', async () => {
  await listen(http.createServer(listener));
  writeFileSync(join(folder, 'empty'), 'apiVersion: v1\nkind: Config\n');
  expect(() => new KubernetesApi(join(folder, 'empty'), 1)).toThrow('empty has no cluster for its current context ""');
});
