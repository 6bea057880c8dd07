import { describe, expect, it } from 'vitest';

import { contextNames, mergeKubeconfigs } from '../../operate/kubeconfig';

const config = (name: string, server = `https://${name}`) => `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: ${'QUFB'.repeat(40)}
    server: ${server}
  name: ${name}
contexts:
- context:
    cluster: ${name}
    user: ${name}
  name: ${name}
users:
- name: ${name}
  user: {}
current-context: ${name}
`;
const merge = (...texts: string[]) => mergeKubeconfigs(texts.map((text) => ({ place: 'config', text })));
const contexts = (text: string) => contextNames({ place: 'config', text });

describe('merging kubeconfigs', () => {
  it('keeps the entries of all, and the first current context', () => {
    const merged = merge(config('dev'), config('prod'));
    expect(contexts(merged)).toEqual(['dev', 'prod']);
    expect(merged).toContain('current-context: dev');
  });

  it('replaces an entry by a later one of its name', () => {
    const merged = merge(config('dev', 'https://old'), config('dev', 'https://new'));
    expect(merged).not.toContain('https://old');
    expect(merged).toContain('server: https://new');
    expect(contexts(merged)).toEqual(['dev']);
  });

  it('changes nothing when it is repeated', () => {
    const once = merge(config('own'), config('dev'));
    expect(merge(once, config('dev'))).toBe(once);
  });

  it('keeps every line of the first one as it is written', () => {
    const own = `# mine
apiVersion: v1
kind: Config
preferences: {colors: true} # as I like it
clusters: []
contexts:
  # at work
  - name: "no"
    context: {cluster: '1_000', user: "1e3", namespace: 0x1F}
users:
  - name: "1_000"
    user: {token: "12345678901234567890", exec: ~, password: 012, username: yes}
current-context: "no"
extensions:
`;
    const merged = merge(own, config('dev'));
    for (const line of own.split('\n').filter((line) => !line.startsWith('clusters'))) {
      expect(merged.split('\n').map((other) => other.replaceAll(/([{}]) | (?=})/g, '$1').trim())).toContain(
        line.replaceAll(/([{}]) | (?=})/g, '$1').trim(),
      );
    }
    expect(contexts(merged)).toEqual(['no', 'dev']);
  });

  it.each(['', '\n', '# only a comment\n', 'apiVersion: v1\nkind: Config\nclusters:\ncontexts: null\nusers: []\n'])(
    'takes a file without entries: %j',
    (empty) => {
      const merged = merge(empty, config('dev'));
      expect(contexts(merged)).toEqual(['dev']);
      expect(merged).toContain('current-context: dev');
      expect(merged).toContain('kind: Config');
      if (empty.startsWith('#')) expect(merged).toContain('# only a comment');
    },
  );

  it.each(['a: [', '- a list\n', 'text\n', 'a: 1\n---\nb: 1\n'])('refuses what is not a kubeconfig: %j', (text) => {
    expect(() => merge(text, config('dev'))).toThrow(/^config: it is not a kubeconfig: /);
  });
});
