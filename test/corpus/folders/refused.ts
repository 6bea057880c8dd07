import { deployment, map, namespace, type RefusedForm } from './form';

const a = { 'a.yaml': map('a') };

/** Folders that synth refuses by what their files say. */
export const refusedForms: readonly RefusedForm[] = [
  {
    form: 'a folder without a manifest, beside overlays',
    files: { 'prod/kustomization.yaml': 'resources: [a.yaml]\n', 'prod/a.yaml': map('a') },
    message: ['deploy: the folder has no manifest.', '  Set `path` to one of `prod`.'],
  },
  {
    form: 'a path that does not exist',
    files: { 'prod/kustomization.yaml': 'resources: [a.yaml]\n', 'prod/a.yaml': map('a') },
    path: 'prdo',
    message: ['deploy/prdo: the folder has no manifest.', '  Set `path` to one of `prod`.'],
  },
  {
    form: 'a circle',
    files: {
      'kustomization.yaml': 'resources: [one]\n',
      'one/kustomization.yaml': 'resources: [../two]\n',
      'two/kustomization.yaml': 'resources: [../one]\n',
    },
    message: [
      'deploy/two/kustomization.yaml: `../one` is a circle: `deploy/one` is, or contains, a folder that is built of it.',
      '  Remove it, or move what it has into a folder of its own.',
    ],
  },
  {
    form: 'the folder itself',
    files: { 'kustomization.yaml': 'resources: [., a.yaml]\n', ...a },
    message: [
      'deploy/kustomization.yaml: `.` is a circle: `deploy` is, or contains, a folder that is built of it.',
      '  Remove it, or move what it has into a folder of its own.',
    ],
  },
  {
    form: 'the folder above',
    files: { 'kustomization.yaml': 'resources: [a.yaml]\n', ...a, 'prod/kustomization.yaml': 'resources: [..]\n' },
    path: 'prod',
    message: [
      'deploy/prod/kustomization.yaml: `..` is a circle: `deploy` is, or contains, a folder that is built of it.',
      '  Remove it, or move what it has into a folder of its own.',
    ],
  },
  {
    form: 'a key that an object has twice',
    files: { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': map('a', 'data:\n  k: v\n  l: w\n  k: x\n') },
    message: ['deploy/a.yaml:8: `k` is there twice.', '  Remove one of the two.'],
  },
  {
    form: 'a missing file',
    files: {
      'kustomization.yaml':
        'resources: [a.yaml, b.yaml]\npatches: [{ path: c.yaml }]\nconfigMapGenerator: [{ name: d, files: [k=d.txt] }]\n',
      ...a,
    },
    message: [
      'deploy/c.yaml: the file does not exist, and neither does a folder with a `kustomization.yaml`.',
      '  Add the file, or remove `c.yaml` from `deploy/kustomization.yaml`.',
      'deploy/d.txt: the file does not exist, and neither does a folder with a `kustomization.yaml`.',
      '  Add the file, or remove `d.txt` from `deploy/kustomization.yaml`.',
      'deploy/b.yaml: the file does not exist, and neither does a folder with a `kustomization.yaml`.',
      '  Add the file, or remove `b.yaml` from `deploy/kustomization.yaml`.',
    ],
  },
  {
    form: 'a file of values among the manifests',
    files: { ...a, 'values.yaml': 'size: 1\n' },
    message: [
      'deploy/values.yaml: the file contains a document that is not a Kubernetes object with a name.',
      '  Set `apiVersion`, `kind` and `metadata.name` in each document.',
    ],
  },
  {
    form: 'remote bases',
    files: {
      'kustomization.yaml':
        'resources: ["https://example.com/a.yaml", "github.com/org/repo//deploy?ref=v1", "git@github.com:org/repo"]\n',
    },
    message: [
      'deploy/kustomization.yaml: `https://example.com/a.yaml` is a remote resource.',
      '  Copy it into the folder, so that each change of it is a commit.',
      'deploy/kustomization.yaml: `github.com/org/repo//deploy?ref=v1` is a remote resource.',
      '  Copy it into the folder, so that each change of it is a commit.',
      'deploy/kustomization.yaml: `git@github.com:org/repo` is a remote resource.',
      '  Copy it into the folder, so that each change of it is a commit.',
    ],
  },
  {
    form: 'a remote patch',
    files: { 'kustomization.yaml': 'resources: [a.yaml]\npatches: [{ path: "https://example.com/a.yaml" }]\n', ...a },
    message: [
      'deploy/kustomization.yaml: `https://example.com/a.yaml` is a remote resource.',
      '  Copy it into the folder, so that each change of it is a commit.',
    ],
  },
  {
    form: 'a base outside the folder',
    files: { 'kustomization.yaml': 'resources: [../base]\n' },
    message: [
      'deploy/kustomization.yaml: `../base` is outside the folder.',
      '  Copy it into the folder, so that each change of it is a commit.',
    ],
  },
  {
    form: 'an absolute path',
    files: { 'kustomization.yaml': 'resources: [/etc/hosts]\n' },
    message: [
      'deploy/kustomization.yaml: `/etc/hosts` is outside the folder.',
      '  Copy it into the folder, so that each change of it is a commit.',
    ],
  },
  {
    form: 'a file outside the folder',
    files: { 'kustomization.yaml': 'configMapGenerator: [{ name: a, files: [../../../etc/hosts] }]\n' },
    message: [
      'deploy/kustomization.yaml: `../../../etc/hosts` is outside the folder.',
      '  Copy it into the folder, so that each change of it is a commit.',
    ],
  },
  {
    form: 'a symbolic link that leads out',
    files: a,
    links: { 'b.yaml': '/etc/hosts' },
    message: [
      'deploy/b.yaml: the symbolic link leads out of the folder.',
      '  Replace the link with what it should lead to.',
    ],
  },
  {
    form: 'a Namespace, where all is to be in that of the app',
    files: { 'n.yaml': namespace('data'), ...a },
    namespaces: 'app',
    message: [
      'apps.shop: the folder has a Namespace `data`, but all its objects get the namespace `shop`.',
      "  Set `namespaces: 'own'`, or remove the Namespace from the folder.",
    ],
  },
  {
    form: 'an object without a name',
    files: { 'job.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: job- }\n' },
    message: [
      'deploy/job.yaml: the file contains a document that is not a Kubernetes object with a name.',
      '  Set `apiVersion`, `kind` and `metadata.name` in each document.',
    ],
  },
  {
    form: 'a mistake in a name of replicas and tags',
    files: { 'a.yaml': deployment('web'), 'b.yaml': deployment('database') },
    overlay: { replicas: { wbe: 2 }, tags: { 'registry.example.com/databse': '2.0' } },
    message: [
      'runs.dev.shop.replicas.wbe: the app has no object `wbe` with a number of pods.',
      '  Use `web`, or one of `database`.',
      'runs.dev.shop.tags.registry.example.com/databse: the app has no image `registry.example.com/databse`.',
      '  Use `registry.example.com/database`, or one of `registry.example.com/web`.',
    ],
  },
  {
    form: 'an overlay whose base is beside it',
    folder: 'overlays/prod',
    files: {
      'base/kustomization.yaml': 'resources: []\n',
      'overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
    },
    message: [
      'deploy/overlays/prod/kustomization.yaml: `../../base` is outside the folder.',
      "  Set `folder: 'deploy'` and `path: 'overlays/prod'` in the app.",
    ],
  },
];
