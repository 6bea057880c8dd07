import { describe, expect, it } from 'vitest';

import { backendState, defineFleet, fileState, type FleetState, kind } from '../../model';
import { problems } from './problems';

const fleet = (state?: FleetState) => defineFleet({ clusters: { dev: kind() }, apps: {}, runs: { dev: {} }, state });

describe('the state of a fleet', () => {
  it("is in the clone's own files by default, and its secrets are encrypted by a passphrase", () => {
    expect(fleet().state).toEqual({ type: 'file', secretsProvider: 'passphrase' });
    expect(fleet(fileState({ secretsProvider: 'hashivault://fleet' })).state.secretsProvider).toBe(
      'hashivault://fleet',
    );
  });

  it.each([
    's3://bucket',
    's3://bucket/fleet?region=eu-central-1',
    's3://bucket/fleet?endpoint=http://127.0.0.1:9000&use_path_style=true&region=us-east-1',
    'gs://bucket/fleet',
    'azblob://container/fleet?storage_account=acme',
    'file:///mnt/fleet',
    'https://api.pulumi.com',
    'https://pulumi.example.com:8443/acme',
  ])('may be at %s', (url) => {
    expect(problems(() => fleet(backendState(url)))).toEqual([]);
  });

  it.each(['bucket', 's3:bucket', 's3://', 'ftp://host/x', 'file://relative', "s3://bucket/it's", 's3://bucket x', ''])(
    'is refused at `%s`',
    (url) => {
      expect(problems(() => fleet(backendState(url)))).toEqual([`state.url: invalid address of a backend: \`${url}\``]);
    },
  );

  it.each(['https://me:hunter2@pulumi.example.com', 's3://bucket?accesskey=hunter2', 'azblob://c?sas_token=hunter2'])(
    'is refused with credentials in it, which no message repeats',
    (url) => {
      const [found] = problems(() => fleet(backendState(url)));
      expect(found).toMatch(/^state\.url: it has credentials/);
      expect(found).not.toContain('hunter2');
    },
  );

  it('is refused with an unknown secrets provider', () => {
    const found = problems(() => fleet(backendState('s3://bucket', { secretsProvider: 'awskms:alias' })));
    expect(found).toEqual(['state.secretsProvider: invalid secrets provider: `awskms:alias`']);
  });
});
