import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { parse } from 'yaml';

import { gateway } from './observe';

/** What a chart says of itself. */
interface Chart {
  readonly name: string;
  readonly version: string;
}

/** What is answered to a path. */
interface Answer {
  readonly type: string;
  readonly body: Buffer;
}

const layerType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

/**
 * A Helm repository and a registry with one chart, on this machine's address in the fleet's network, where the clusters
 * reach it: https://helm.sh/docs/topics/chart_repository, https://github.com/opencontainers/distribution-spec
 */
export class ChartServer {
  private constructor(
    private readonly server: Server,
    /** `<address>:<port>` */
    readonly host: string,
    readonly chart: Chart,
  ) {}

  /** Serves the chart in a folder of the chart's name. */
  static async start(folder: string): Promise<ChartServer> {
    const chart = parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) as Chart;
    const args = ['-czf', '-', '-C', dirname(folder), chart.name];
    const { stdout } = await execa('tar', args, { encoding: 'buffer' });
    const archive = Buffer.from(stdout);
    const answers = new Map([...repository(chart, archive), ...registry(chart, archive)]);
    const server = createServer(({ url, method }, response) => {
      const answer = answers.get(url!);
      if (!answer) return response.writeHead(404).end();
      const { type, body } = answer;
      response.writeHead(200, {
        'Content-Type': type,
        'Content-Length': body.length,
        'Docker-Content-Digest': digest(body),
      });
      response.end(method === 'HEAD' ? undefined : body);
    });
    const address = await gateway('flux-fleet');
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    return new ChartServer(server, `${address}:${(server.address() as AddressInfo).port}`, chart);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function repository({ name, version }: Chart, archive: Buffer): [string, Answer][] {
  const file = `/${name}-${version}.tgz`;
  const entry = { apiVersion: 'v2', name, version, urls: [file.slice(1)], digest: sha256(archive) };
  return [
    ['/index.yaml', json('application/yaml', { apiVersion: 'v1', entries: { [name]: [entry] } })],
    [file, { type: 'application/gzip', body: archive }],
  ];
}

function registry({ name, version }: Chart, archive: Buffer): [string, Answer][] {
  const layer: Answer = { type: layerType, body: archive };
  const config = json('application/vnd.cncf.helm.config.v1+json', { apiVersion: 'v2', name, version });
  const manifest = json('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor(config),
    layers: [descriptor(layer)],
  });
  return [
    ['/v2/', json('application/json', {})],
    ...[version, digest(manifest.body)].map((as): [string, Answer] => [`/v2/${name}/manifests/${as}`, manifest]),
    ...[config, layer].map((blob): [string, Answer] => [`/v2/${name}/blobs/${digest(blob.body)}`, blob]),
  ];
}

function descriptor({ type, body }: Answer) {
  return { mediaType: type, digest: digest(body), size: body.length };
}

function json(type: string, value: object): Answer {
  return { type, body: Buffer.from(JSON.stringify(value)) };
}

function digest(body: Buffer): string {
  return `sha256:${sha256(body)}`;
}

function sha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
