import { deployment, map, type RefusedForm } from './form';

const a = { 'a.yaml': map('a') };

/** Folders that are refused when they are built, as only kustomize knows what is wrong. */
export const unbuildableForms: readonly RefusedForm[] = [
  {
    form: 'a field that kustomize does not know',
    files: { 'kustomization.yaml': 'resource: [a.yaml]\n', ...a },
    message: [
      'deploy (shop in dev): kustomize cannot build it: invalid Kustomization: json: unknown field "resource".',
      '  Fix what it names. `manifests/` has what was built, and `kubectl kustomize` builds it by hand.',
    ],
  },
  {
    form: 'a field of kustomize that is wrong',
    files: { 'kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: [a]\n', ...a },
    message: [
      'deploy (shop in dev): kustomize cannot build it: invalid Kustomization: json: cannot unmarshal array into Go struct field Kustomization.namePrefix of type string.',
      '  Fix what it names. `manifests/` has what was built, and `kubectl kustomize` builds it by hand.',
    ],
  },
  {
    form: 'an empty kustomization',
    files: { 'kustomization.yaml': '# Later.\n', ...a },
    message: [
      'deploy (shop in dev): kustomize cannot build it: kustomization.yaml is empty.',
      '  Fix what it names. `manifests/` has what was built, and `kubectl kustomize` builds it by hand.',
    ],
  },
  {
    form: 'two kustomizations',
    files: { 'kustomization.yaml': 'resources: [a.yaml]\n', Kustomization: 'resources: [a.yaml]\n', ...a },
    message: [
      'deploy (shop in dev): kustomize cannot build it: Found multiple kustomization files under: deploy.',
      '  Fix what it names. `manifests/` has what was built, and `kubectl kustomize` builds it by hand.',
    ],
  },
  {
    form: 'a manifest that is not YAML',
    files: { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': `${map('a')}data:\n\tk: v\n` },
    message: [
      'deploy (shop in dev): kustomize cannot build it: MalformedYAMLError: yaml: line 6: found character that cannot start any token in File: a.yaml.',
      '  Fix what it names. `manifests/` has what was built, and `kubectl kustomize` builds it by hand.',
    ],
  },
  {
    form: 'an anchor of another document',
    files: {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': `${map('a', 'data: &d {k: v}\n')}---\n${map('b', 'data: *d\n')}`,
    },
    message: [
      "deploy (shop in dev): kustomize cannot build it: MalformedYAMLError: yaml: unknown anchor 'd' referenced in File: a.yaml.",
      '  Fix what it names. `manifests/` has what was built, and `kubectl kustomize` builds it by hand.',
    ],
  },
  {
    form: 'a Secret that a patch makes',
    files: {
      'kustomization.yaml':
        'resources: [a.yaml]\npatches: [{ target: { kind: ConfigMap }, options: { allowKindChange: true }, patch: "- { op: replace, path: /kind, value: Secret }" }]\n',
      'a.yaml': map('a', 'data: { k: aHVudGVyMg== }\n'),
    },
    message: [
      'deploy/a.yaml (shop in dev): `k` of Secret `a` would be in Git in plain text.',
      "  Add the keys to the app's `secrets`, and set them with `npm run fleet -- secrets set <cluster> <app> <key>`; or encrypt the file with `sops encrypt --in-place`.",
    ],
  },
  {
    form: 'a namespace that nothing makes',
    files: { 'kustomization.yaml': 'namespace: data\nresources: [a.yaml]\n', ...a },
    message: [
      'deploy/a.yaml:1 (shop in dev): ConfigMap `a` is in the namespace `data`, which nothing in the cluster makes.',
      "  Add a Namespace `data` to the app, or set `namespaces: 'app'` in `apps.shop`.",
    ],
  },
  {
    form: 'an object twice',
    files: { 'kustomization.yaml': 'resources: [a.yaml, b.yaml]\n', ...a, 'b.yaml': map('a') },
    message: ['deploy (shop in dev): ConfigMap `a` is in it twice.', '  Remove one of the two, or rename it.'],
  },
  {
    form: 'a tag of an image that the folder renames',
    files: {
      'a.yaml': deployment('web'),
      'kustomization.yaml':
        'resources: [a.yaml]\nimages: [{ name: registry.example.com/web, newName: mirror.example.com/web }]\n',
    },
    overlay: { images: { 'registry.example.com/web': { tag: '2.0' } } },
    message: [
      'runs.dev.shop.images.registry.example.com/web (shop in dev): no image that is built has this name.',
      '  Use `mirror.example.com/web`.',
    ],
  },
  {
    form: 'replicas of an object by a name that it does not have',
    files: { 'a.yaml': deployment('web'), 'kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: prod-\n' },
    overlay: { replicas: { 'dev-web': 2 } },
    message: [
      'runs.dev.shop (shop in dev): `replicas` names `dev-web`, and no object with a number of pods has that name when it is built.',
      '  Use the name of a Deployment or a StatefulSet.',
    ],
  },
  {
    form: 'a patch of a key that the object does not have, after kustomize has changed it',
    files: { 'a.yaml': map('a'), 'kustomization.yaml': 'resources: [a.yaml]\nlabels: [{ pairs: { a: b } }]\n' },
    overlay: { patches: { 'ConfigMap/a': [{ op: 'remove', path: '/data/k' }] } },
    message: [
      'runs.dev.shop.patches (shop in dev): a patch does not fit: remove operation does not apply: doc is missing path: "/data/k": missing value.',
      '  Compare the patch with the object in `manifests/apps/shop`.',
    ],
  },
];
