import type { KubernetesObject } from '../../../operate/build-check/object';
import { cipherText, encrypted } from '../../manifests/site';
import { type BuiltForm, deployment, list, map, namespace, object } from './form';

const base = { 'base/kustomization.yaml': 'resources: [web.yaml]\n', 'base/web.yaml': deployment('web') };
const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';
const variables = `TOKEN=${cipherText('token')}\nsops_version=3.9.0\nsops_mac=${cipherText('mac')}\n`;
const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
/** That of the values of the secret. */
const hash = 'b569686005a81221';
const account = (name: string, ns?: string) => ({ kind: 'ServiceAccount', name, ...(ns && { namespace: ns }) });

/** Folders that are built. */
export const builtForms: readonly BuiltForm[] = [
  {
    form: 'manifests without a kustomization',
    files: { 'a.yaml': map('a'), 'b.yml': map('b'), 'README.md': '# Shop' },
  },
  {
    form: 'a base and overlays, of which the app names one',
    files: {
      ...base,
      'overlays/dev/kustomization.yaml': 'resources: [../../base]\nnamePrefix: dev-\n',
      'overlays/prod/kustomization.yaml': 'resources: [../../base]\nreplicas: [{ name: web, count: 3 }]\n',
    },
    path: 'overlays/prod',
  },
  {
    form: 'a patch of an object that an overlay has renamed, in which it also has a generated ConfigMap',
    files: {
      ...base,
      'prod/kustomization.yaml':
        'resources: [../base]\nnamePrefix: prod-\nconfigMapGenerator: [{ name: own, literals: [a=b] }]\n',
    },
    path: 'prod',
    overlay: { patches: { 'Deployment/web': { spec: { paused: true } } } },
    otherwise: (one) =>
      one.kind === 'Deployment' ? { ...one, spec: { ...(one['spec'] as object), paused: true } } : one,
  },
  { form: 'a kustomization.yml', files: { 'kustomization.yml': 'resources: [a.yaml]\n', 'a.yaml': map('a') } },
  { form: 'a file Kustomization', files: { Kustomization: 'resources: [./a.yaml]\n', 'a.yaml': map('a') } },
  {
    form: 'folders that end in a slash, and old bases',
    files: {
      ...base,
      'kustomization.yaml': 'bases: [base/]\nresources: [b/]\n',
      'b/Kustomization': 'resources: [c.yaml]\n',
      'b/c.yaml': map('c'),
    },
  },
  {
    form: 'lists, and a list in a list',
    files: {
      'a.yaml': list('List', object('v1/ConfigMap', 'one'), list('ConfigMapList', object('v1/ConfigMap', 'two'))),
      'b.json': list('ServiceList'),
    },
  },
  {
    form: 'manifests in JSON',
    files: { 'kustomization.yaml': 'resources: [a.json]\n', 'a.json': object('v1/ConfigMap', 'a') },
  },
  {
    form: 'line ends of Windows',
    files: { 'kustomization.yaml': 'resources:\r\n- a.yaml\r\n', 'a.yaml': map('a').replaceAll('\n', '\r\n') },
  },
  {
    form: 'marks of the encoding',
    files: { 'kustomization.yaml': '\ufeffresources: [a.yaml]\n', 'a.yaml': `\ufeff${map('a')}` },
  },
  {
    form: 'empty documents, and files of comments only',
    files: {
      'kustomization.yaml': 'resources: [a.yaml, b.yaml]\n',
      'a.yaml': `---\n# One.\n---\n${map('a')}---\n---\n`,
      'b.yaml': '# Later.\n',
    },
  },
  {
    form: 'a key that a kustomization has twice, of which kustomize takes the last',
    files: {
      'kustomization.yaml': 'resources: [a.yaml]\nresources: [b.yaml]\n',
      'a.yaml': map('a'),
      'b.yaml': map('b'),
    },
  },
  {
    form: 'anchors and merges',
    files: {
      'a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: &own { name: a, labels: { x: y } }\ndata: { <<: { k: v }, l: w }\n`,
    },
  },
  {
    form: 'namespaces of its own, some of which it makes',
    files: {
      'a.yaml': map('a'),
      'b.yaml': map('b', '  namespace: data\n'),
      'c.yaml': map('c', '  namespace: default\n'),
      'd.yaml': namespace('data'),
    },
  },
  {
    form: 'a namespace that its kustomization sets, and that it makes',
    files: {
      'kustomization.yaml': 'namespace: data\nresources: [a.yaml, n.yaml]\n',
      'a.yaml': map('a'),
      'n.yaml': namespace('data'),
    },
  },
  {
    form: 'a namespace that its kustomization sets, where all is to be in that of the app',
    files: { 'kustomization.yaml': 'namespace: data\nresources: [a.yaml]\n', 'a.yaml': map('a') },
    namespaces: 'app',
    otherwise: (one) => ({ ...one, metadata: { ...one.metadata, namespace: 'shop' } }),
  },
  {
    form: 'bindings of service accounts that get the namespace, that have one, and that are elsewhere',
    files: {
      'a.yaml': object('v1/ServiceAccount', 'web'),
      'b.yaml': object('rbac.authorization.k8s.io/v1/ClusterRoleBinding', 'b', {
        roleRef: role,
        subjects: [account('web'), account('web', 'default'), account('other'), account('other', 'kube-system')],
      }),
    },
    otherwise: (one) =>
      one['subjects']
        ? {
            ...one,
            subjects: [
              account('web', 'shop'),
              account('web', 'shop'),
              account('other', 'shop'),
              account('other', 'kube-system'),
            ],
          }
        : one,
  },
  {
    form: 'components, and one of them in a base and in its overlay',
    files: {
      'kustomization.yaml': 'resources: [base]\ncomponents: [labels, more]\n',
      'base/kustomization.yaml': 'resources: [a.yaml]\ncomponents: [../labels]\n',
      'base/a.yaml': map('a'),
      'labels/kustomization.yaml': `${component}labels: [{ pairs: { team: shop } }]\n`,
      'more/kustomization.yaml': `${component}resources: [b.yaml]\n`,
      'more/b.yaml': map('b'),
    },
  },
  {
    form: 'generators and transformers that are built in, in files, a folder and the kustomization',
    files: {
      'kustomization.yaml': [
        'resources: [a.yaml]',
        'generators: [g.yaml]',
        'transformers: [t, "{ apiVersion: builtin, kind: AnnotationsTransformer, metadata: { name: n }, annotations: { x: y }, fieldSpecs: [{ path: metadata/annotations, create: true }] }"]',
        '',
      ].join('\n'),
      'a.yaml': map('a'),
      'g.yaml': 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: { name: made }\nliterals: [a=b]\n',
      't/kustomization.yaml': 'resources: [p.yaml]\n',
      't/p.yaml':
        'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: { name: p }\nprefix: x-\nfieldSpecs: [{ path: metadata/name }]\n',
    },
  },
  {
    form: 'a ConfigMap of files, one of which is binary',
    files: {
      'kustomization.yaml':
        'configMapGenerator: [{ name: own, files: [logo.png, page=index.html], envs: [own.env] }]\n',
      'logo.png': Buffer.from([0x89, 0x50, 0xff, 0x00, 0x0d]),
      'index.html': '<h1>Shop</h1>\n',
      'own.env': 'A=1\n',
    },
  },
  {
    form: 'symbolic links to a file and a folder of its own',
    files: {
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/real.yaml': map('a'),
      'kustomization.yaml': 'resources: [link]\n',
    },
    links: { 'base/a.yaml': 'real.yaml', link: 'base' },
  },
  {
    form: 'a Secret that SOPS has encrypted',
    files: {
      'kustomization.yaml': 'resources: [s.yaml]\n',
      's.yaml': encrypted('s', ['a'], { namespace: 'shop' }),
    },
  },
  {
    form: 'a secretGenerator of variables and a file that SOPS has encrypted',
    files: {
      'kustomization.yaml': 'secretGenerator: [{ name: s, envs: [s.env] }, { name: t, files: [key=t.yaml] }]\n',
      's.env': variables,
      't.yaml': `data: ${cipherText('data')}\nsops:\n    mac: ${cipherText('mac')}\n`,
    },
  },
  {
    form: 'replicas and tags of a cluster, of an image that the folder renames',
    files: {
      ...base,
      'kustomization.yaml':
        'resources: [base]\nimages: [{ name: registry.example.com/web, newName: mirror.example.com/web }]\n',
    },
    overlay: { replicas: { web: 2 }, tags: { 'mirror.example.com/web': '2.0' } },
    otherwise: (one) =>
      JSON.parse(
        JSON.stringify(one).replace('web:1.0', 'web:2.0').replace('"spec":{', '"spec":{"replicas":2,'),
      ) as KubernetesObject,
  },
  {
    form: 'pods that use a secret of the app, in an overlay that renames them and sets their namespace',
    files: {
      'base/kustomization.yaml': 'resources: [web.yaml, n.yaml]\n',
      'base/web.yaml': deployment('web').replace(
        '"containers":[{',
        '"containers":[{"envFrom":[{"secretRef":{"name":"shop"}}],',
      ),
      'base/n.yaml': namespace('base'),
      'kustomization.yaml': 'resources: [base]\nnamePrefix: prod-\nnamespace: shop\n',
    },
    secret: true,
    otherwise: (one) =>
      JSON.parse(
        JSON.stringify(one).replace('"template":{"metadata":{', `$&"annotations":{"flux-fleet/secrets":"${hash}"},`),
      ) as KubernetesObject,
  },
  {
    form: 'a path of the cluster',
    files: { ...base, 'prod/kustomization.yaml': 'resources: [../base]\nnameSuffix: -one\n' },
    overlay: { path: 'prod' },
    path: 'base',
  },
];
