import type { Rule } from '../rule';
import { inFleet, up } from './phrases';

/** What all these rules share: nothing of the commit is applied until another one comes. */
const build = { kinds: ['Kustomization'], reasons: ['BuildFailed'], outcome: 'final' } as const;
const nothing = 'so nothing of this commit was applied';
const fixFiles: Rule['next'] = (_, at) => `Fix the file, or ${inFleet(at)} which it is generated from, and run ${up}`;
const folder = '/tmp/kustomization-371282326/apps/app-a/base';
const failed = 'kustomize build failed: accumulating resources: accumulation err=';

/** What Flux cannot build of the repository. */
export const buildRules: readonly Rule[] = [
  {
    ...build,
    id: 'build-remote',
    title: 'A file is fetched from another place',
    pattern: /from '(?<url>(?:https?|ssh):\/\/[^']+|git@[^']+|github\.com[^']*)'/,
    examples: [
      `${failed}'accumulating resources from 'https://github.com/acme/shop//deploy?ref=1.0': Get "https://github.com/acme/shop//deploy?ref=1.0": dial tcp: lookup github.com on 10.96.0.10:53: no such host': no 'git' program on path: exec: "git": executable file not found in $PATH`,
    ],
    problem: ({ url }) => `the build fetches \`${url}\`, which Flux does not allow or cannot reach, ${nothing}`,
    next: () => `Copy these files into the repository, name them in their place, and run ${up}`,
  },
  {
    ...build,
    id: 'build-outside',
    title: 'A file is outside the repository',
    pattern: /path '(?<path>[^']+)' is not in or below/,
    examples: [
      `${failed}'accumulating resources from '../../../../etc/passwd': fs-security-constraint read /etc/passwd: path '/etc/passwd' is not in or below '/tmp/kustomization-3525588829'': must build at directory: not a valid directory: fs-security-constraint abs /etc/passwd: path '/etc/passwd' is not in or below '/tmp/kustomization-3525588829'`,
    ],
    problem: ({ path }) => `the build reads \`${path}\`, which is outside the repository, ${nothing}`,
    next: () => `Move the file into the folder, and run ${up}`,
  },
  {
    ...build,
    id: 'build-file-missing',
    title: 'A file that is listed is not there',
    pattern:
      /(?:(?:open|lstat|stat)|evalsymlink failure on) '?\S*?kustomization-\d+\/(?<path>[^\s':]+)'?(?: :[^]*)?:? ?[^]*no such file or directory/,
    examples: [
      `${failed}'accumulating resources from 'missing.yaml': open ${folder}/missing.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${folder}/missing.yaml' : lstat ${folder}/missing.yaml: no such file or directory`,
      `kustomize build failed: accumulating components: loader.New "must build at directory: not a valid directory: evalsymlink failure on '${folder}/nothing' : lstat ${folder}/nothing: no such file or directory"`,
      `kustomize build failed: loading KV pairs: file sources: [missing.txt]: open ${folder}/missing.txt: no such file or directory`,
      `kustomize build failed: trouble configuring builtin PatchTransformer with config: \`\npath: p.yaml\n\`: failed to get the patch file from path(p.yaml): open ${folder}/p.yaml: no such file or directory`,
    ],
    problem: ({ path }) => `\`${path}\` is listed in a kustomization.yaml and is not in the commit, ${nothing}`,
    next: ({ path }) => `Add \`${path?.split('/').at(-1)}\`, or remove it from the list; then run ${up}`,
  },
  {
    ...build,
    id: 'build-kustomization-missing',
    title: 'A folder has no kustomization.yaml',
    pattern: /unable to find one of 'kustomization\.yaml'[^]*in directory '\S*?kustomization-\d+\/(?<path>[^']+)'/,
    examples: [
      `${failed}'accumulating resources from '../other': read /tmp/kustomization-1/apps/other: is a directory': couldn't make target for path '/tmp/kustomization-1/apps/other': unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/tmp/kustomization-1/apps/other'`,
    ],
    problem: ({ path }) => `folder \`${path}\` is listed and has no kustomization.yaml, ${nothing}`,
    next: ({ path }) => `Add a kustomization.yaml to \`${path}\`, or list its files; then run ${up}`,
  },
  {
    ...build,
    id: 'patch-target-missing',
    title: 'A patch names an object that is not there',
    pattern:
      /no (?:resource )?matches (?:strategic merge patch|for Id) "?(?<kind>\w+?)\.(?<version>[^/\s"]+)\/(?<object>[^\s";]+)/,
    examples: [
      'kustomize build failed: no resource matches strategic merge patch "Deployment.v1.apps/gone.x": no matches for Id Deployment.v1.apps/gone.x; failed to find unique target for patch Deployment.v1.apps/gone.x',
      'kustomize build failed: no matches for Id Deployment.v1.apps/gone.[noNs]; failed to find unique target for patch Deployment.v1.apps/gone.[noNs]',
    ],
    problem: ({ kind, object }) =>
      `a patch is for ${kind} \`${object?.replace(/\.(\[noNs\]|[^.]+)$/, '')}\`, which the base does not have (any more), ${nothing}`,
    next: (_, at) => `Fix the name in the \`patches\` of ${inFleet(at)}, or remove the patch; then run ${up}`,
  },
  {
    ...build,
    id: 'patch-path-missing',
    title: 'A JSON patch names a path that is not there',
    pattern:
      /(?<operation>add|remove|replace|test|copy|move) operation does not apply: (?:doc )?is missing (?:path|from path): "?(?<path>[^":\s]+)|error in (?<op>\w+) for path: '(?<at>[^']+)'/,
    examples: [
      'kustomize build failed: replace operation does not apply: doc is missing path: /spec/a/b: missing value',
      'kustomize build failed: remove operation does not apply: doc is missing path: "/spec/a/b": missing value',
      'kustomize build failed: add operation does not apply: doc is missing path: "/spec/a/b": missing value',
      'kustomize build failed: test operation does not apply: is missing path: /spec/a/b: missing value',
    ],
    problem: ({ operation, op, path, at }) =>
      `a JSON patch is to ${operation || op} \`${path || at}\`, and the object has no such path, ${nothing}`,
    next: (_, at) =>
      `Fix the path in the \`patches\` of ${inFleet(at)}: each part but the last must exist; then run ${up}`,
  },
  {
    ...build,
    id: 'build-duplicate',
    title: 'An object is there twice',
    pattern: /may not add resource with an already registered id: (?<kind>\w+)\.(?<version>[^/]+)\/(?<object>[^\s':]+)/,
    examples: [
      `${failed}'merging resources from 'd.yaml': may not add resource with an already registered id: ConfigMap.v1.[noGrp]/c.default': must build at directory: '/tmp/kustomization-2765458056/apps/app-a/base/d.yaml': file is not directory`,
    ],
    problem: ({ kind, object }) =>
      `${kind} \`${object?.replace(/\.[^.]+$/, '')}\` is in two of the files that are built together, ${nothing}`,
    next: () => `Remove one of them, and run ${up}`,
  },
  {
    ...build,
    id: 'kustomization-field',
    title: 'kustomization.yaml has a field that kustomize does not know',
    pattern: /invalid Kustomization: (?:json: )?(?:unknown field "(?<field>[^"]+)"|(?<fault>[^]*))/,
    examples: [
      'kustomize build failed: invalid Kustomization: json: unknown field "resource"',
      'kustomize build failed: invalid Kustomization: json: cannot unmarshal string into Go struct field Kustomization.resources of type []string',
    ],
    problem: ({ field, fault }) =>
      field
        ? `a kustomization.yaml has a field \`${field}\`, which kustomize does not know, ${nothing}`
        : `a kustomization.yaml is not valid (${fault}), ${nothing}`,
    next: () => `Fix the field: a list ends with s, as in \`resources\` and \`patches\`; then run ${up}`,
  },
  {
    ...build,
    id: 'substitution-unset',
    title: 'A variable has no value',
    pattern: /variable not set \(strict mode\): "(?<name>[^"]+)"/,
    examples: [
      `post build failed for 'ConfigMap.v1.[noGrp]/c': envsubst error: variable substitution failed: variable not set (strict mode): "HOSTNAME"`,
    ],
    problem: ({ name }) =>
      `a manifest has \`\${${name}}\`, which Flux replaces itself, and there is no value for it, ${nothing}`,
    next: ({ name }, at) =>
      `Set \`${name}\` in \`postBuild\` of ${inFleet(at)}, or write \`$\${${name}}\` where it is not Flux's; then run ${up}`,
  },
  {
    ...build,
    id: 'substitution-source',
    title: 'The variables are in an object that is missing',
    pattern: /substitute from '(?<kind>\w+)\/(?<name>[^']+)' error: (?<fault>[^]*)/,
    examples: [
      `post build failed for 'ConfigMap.v1.[noGrp]/c': substitute from 'ConfigMap/shared' error: configmaps "shared" not found`,
      `substitute from 'Secret/shared' error: secrets "shared" not found`,
    ],
    problem: ({ kind, name }) =>
      `the variables are to come from ${kind} \`${name}\`, which the cluster does not have, ${nothing}`,
    next: ({ name }, at) =>
      `Create \`${name}\`, or set \`optional: true\` for it in \`postBuild.substituteFrom\` of ${inFleet(at)}`,
  },
  {
    ...build,
    id: 'substitution-syntax',
    title: 'A variable is not written as Flux reads it',
    pattern:
      /(?<fault>bad substitution|missing closing brace|unable to parse [\w ]+|'[^']*' var name is invalid[^]*|YAMLToJSON: [^]*)/,
    examples: [
      `post build failed for 'ConfigMap.v1.[noGrp]/c': envsubst error: variable substitution failed: missing closing brace`,
      `post build failed for 'ConfigMap.v1.[noGrp]/c': envsubst error: variable substitution failed: bad substitution`,
      `post build failed for 'ConfigMap.v1.[noGrp]/c': envsubst error: variable substitution failed: unable to parse variable name`,
      `post build failed for 'ConfigMap.v1.[noGrp]/c': envsubst error: '1x' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`,
    ],
    problem: ({ fault }) => `a \`\${…}\` in a manifest is not written as Flux reads it (${fault}), ${nothing}`,
    next: () => `Fix it, or write \`$\${…}\` where it is not Flux's; then run ${up}`,
  },
  {
    ...build,
    id: 'build-yaml',
    title: 'A file is not valid YAML',
    pattern:
      /(?:decode Kubernetes YAML from \S*?kustomization-\d+\/(?<path>[^\s:]+): )?(?:MalformedYAMLError: )?(?<fault>yaml: [^\n]*?)(?: in File: (?<file>\S+))?$/,
    examples: [
      "kustomize build failed: accumulating resources: accumulating resources from 'c.yaml': MalformedYAMLError: yaml: mapping values are not allowed in this context in File: c.yaml",
      'failed to decode Kubernetes YAML from /tmp/kustomization-4030226493/apps/app-a/c.yaml: MalformedYAMLError: yaml: line 1: did not find expected node content',
      "error converting YAML to JSON: yaml: line 3: did not find expected ',' or ']'",
    ],
    problem: ({ path, file, fault }) =>
      `${path || file ? `\`${path || file}\`` : 'a kustomization.yaml'} is not valid YAML (${fault?.replace('yaml: ', '')}), ${nothing}`,
    next: fixFiles,
  },
  {
    ...build,
    id: 'build-not-an-object',
    title: 'A file is not a Kubernetes object',
    pattern:
      /(?:from '(?<file>[^']+)': )?(?<fault>missing Resource metadata|missing metadata\.name in object \{\{\S+ (?<kind>\w+)\}|(?:failed to decode|unable to decode) Kubernetes apiVersion, kind and name)/,
    examples: [
      `${failed}'accumulating resources from 'c.yaml': missing Resource metadata': must build at directory: '/tmp/kustomization-3028713187/apps/app-a/c.yaml': file is not directory`,
      `${failed}'accumulating resources from 'c.yaml': missing metadata.name in object {{v1 ConfigMap} {{ } map[] map[]}}': must build at directory: '/tmp/kustomization-3578363262/apps/app-a/c.yaml': file is not directory`,
      'failed to decode Kubernetes apiVersion, kind and name from: a: b',
    ],
    problem: ({ file, kind }) =>
      `${file ? `\`${file}\`` : 'a file'} is not a whole Kubernetes object: ${kind ? `a ${kind} without \`metadata.name\`` : 'it needs `apiVersion`, `kind` and `metadata.name`'}, ${nothing}`,
    next: fixFiles,
  },
  {
    ...build,
    id: 'build-component',
    title: 'A component is not in the repository',
    pattern: /component path '(?<path>[^']+)' must be local and relative/,
    examples: ["component path '/shared' must be local and relative"],
    problem: ({ path }) => `component \`${path}\` is not a path in the repository, ${nothing}`,
    next: () => `Use a relative path in \`spec.components\``,
  },
  {
    ...build,
    id: 'build-failed',
    title: 'Flux cannot build the manifests',
    pattern: /(?:kustomize build failed: |recovered from kustomize build panic: )?(?<fault>[^]*)/,
    examples: [
      'kustomize build failed: accumulating resources: something new',
      'recovered from kustomize build panic: runtime error: index out of range',
    ],
    problem: ({ fault }) => `Flux cannot build the manifests (${fault?.trim()}), ${nothing}`,
    next: fixFiles,
  },
];
