const plain = `apiVersion: v1
kind: Secret
metadata:
  name: app-a
stringData:
  PASSWORD: hunter2
`;

/** What SOPS writes. */
export const encrypted = `apiVersion: v1
kind: Secret
metadata:
    name: app-a
    namespace: app-a
type: Opaque
stringData:
    PASSWORD: ENC[AES256_GCM,data:Z1Ti,iv:O7GA6ij33TYI7OeFCsimP2S6R05hCAarDWzNX/cEx28=,tag:v1ZuConm74DvZJ4k1N2q/g==,type:str]
sops:
    age:
        - enc: |
            -----BEGIN AGE ENCRYPTED FILE-----
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBTQlUrUkh6UHhOOW0xSUZU
            -----END AGE ENCRYPTED FILE-----
          recipient: age1pqlxdusvrde636rcned6zzf5qksmvhwfvmwvf9cnq80wakuda4jsq76fcs
    encrypted_regex: ^(data|stringData)$
    lastmodified: "2026-01-01T00:00:00Z"
    mac: ENC[AES256_GCM,data:wnPw,iv:pArkdzcgE1Yt5srnhectBgxcE/Mmf3KBYivdaHuNDhI=,tag:I4blMdpDbcMTGsw1GG0Nyw==,type:str]
    mac_only_encrypted: true
    version: 3.13.2
`;

const indented = (text: string, by: string) => text.replaceAll(/^(?=.)/gm, by);
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n';

/** Files that must not be published, by what they are. */
export const refused: Readonly<Record<string, string>> = {
  'a Secret': plain,
  'a Secret of base64': plain.replace('stringData', 'data').replace('hunter2', 'aHVudGVyMg=='),
  'a quoted kind': plain.replace('Secret', '"Secret"'),
  'a kind in single quotes, with a comment': plain.replace('Secret', "'Secret'  # one"),
  'a quoted key': plain.replace('kind:', '"kind":'),
  'lines that end as on Windows': plain.replaceAll('\n', '\r\n'),
  'the second of two documents': `${configMap}---\n${plain}`,
  'the second of two documents, the first encrypted': `${encrypted}---\n${plain}`,
  'a document after a comment': `# yes\n---  # first\n${plain}`,
  JSON: JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { a: 'eA==' } }),
  'JSON over several lines': JSON.stringify({ kind: 'Secret', apiVersion: 'v1', stringData: { a: 'x' } }, undefined, 2),
  'the flow style': 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {PASSWORD: hunter2}\n',
  'all of it in the flow style': '{apiVersion: v1, kind: Secret, stringData: {PASSWORD: hunter2}}\n',
  'a document on the line of its mark': '--- {kind: Secret, stringData: {PASSWORD: hunter2}}\n',
  'a List': `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n${indented(plain.split('\n').slice(1).join('\n'), '  ')}`,
  'a List of JSON': JSON.stringify({ kind: 'List', items: [{ kind: 'Secret', data: { a: 'eA==' } }] }),
  'a SecretList': 'apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: a}\n  data: {a: eA==}\n',
  'a value beside encrypted ones': encrypted.replace('stringData:\n', 'stringData:\n    OTHER: hunter2\n'),
  'a value of several lines': plain.replace('hunter2', '|\n    hunter2\n    hunter3'),
  'encrypted values without what SOPS writes beside them': encrypted.slice(0, encrypted.indexOf('sops:')),
  'a value that only begins like an encrypted one': encrypted.replace(/type:str\]/, 'type:str] hunter2'),
  'an encrypted number': encrypted.replace('type:str]', 'type:int]'),
  'an encrypted yes or no, in JSON': JSON.stringify({
    kind: 'Secret',
    data: { a: 'ENC[AES256_GCM,data:Z1Ti,iv:a=,tag:b==,type:bool]' },
    sops: { mac: 'ENC[AES256_GCM,data:Z1Ti,iv:a=,tag:b==,type:str]' },
  }),
  'an annotation that repeats it': encrypted.replace(
    '    namespace: app-a\n',
    `    namespace: app-a\n    annotations:\n        kubectl.kubernetes.io/last-applied-configuration: '{"data":{"a":"eA=="}}'\n`,
  ),
  'a patch within a kustomization': `kind: Kustomization\npatches:\n  - patch: |-\n${indented(plain, '      ')}`,
  "a generator's literal":
    'kind: Kustomization\nsecretGenerator:\n  - name: a\n    literals:\n      - PASSWORD=hunter2\n',
  'a chart that fixes a value': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  a: eA==\n`,
  'a chart that fixes every value': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: "{{ .Release.Name }}"\ndata:\n  a: eA==\n`,
  'a comment between the kind and its value': 'apiVersion: v1\nkind:\n  # what else\n  Secret\nstringData:\n  a: b\n',
  'an escape in the key of its values': 'apiVersion: v1\nkind: Secret\n"string\\x44ata":\n  a: b\n',
  'escapes in all that names it': '{"k\\u0069nd": "S\\u0065cret", "stringData": {"a": "b"}}',
  'the values by an anchor': 'x: &v {a: b}\napiVersion: v1\nkind: Secret\nstringData: *v\n',
  'all of it by a merge': 'x: &v\n  kind: Secret\n  stringData: {a: b}\n<<: *v\napiVersion: v1\n',
  'the kind by a merge': 'kind: List\nitems:\n- &a {kind: Secret, apiVersion: v1}\n- <<: *a\n  stringData: {a: b}\n',
  'a value of bytes': 'kind: Secret\ndata: {a: !!binary aGk=}\n',
  'a number': 'kind: Secret\nstringData:\n  a: 1\n',
  'a manifest within a ConfigMap': `kind: ConfigMap\ndata:\n  a: |\n${indented(plain, '    ')}`,
  'a generator as an object': 'apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: a}\nliterals: [a=b]\n',
  'a private age key of the post-quantum kind': `AGE-SECRET-KEY-PQ-1${'Q'.repeat(58)}\n`,
  'a private PGP key': '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQVY\n',
  'a private age key': `# keep\nAGE-SECRET-KEY-1${'Q'.repeat(58)}\n`,
};

/** Files that may be published, by what they are. */
export const accepted: Readonly<Record<string, string>> = {
  'what SOPS encrypted': encrypted,
  'a file that SOPS encrypted, in Base64': plain
    .replace('stringData', 'data')
    .replace('hunter2', Buffer.from(encrypted).toString('base64')),
  'what SOPS encrypted, between other documents': `${configMap}---\n${encrypted}---\n${configMap}`,
  'what SOPS encrypted as JSON': JSON.stringify({
    kind: 'Secret',
    data: { a: 'ENC[AES256_GCM,data:Z1Ti,iv:a=,tag:b==,type:str]' },
    sops: { mac: 'ENC[AES256_GCM,data:Z1Ti,iv:a=,tag:b==,type:str]' },
  }),
  'a Secret that holds nothing':
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ntype: kubernetes.io/service-account-token\n',
  'an object that names a Secret': 'kind: HelmRelease\nspec:\n  valuesFrom:\n  - kind: Secret\n    name: a\n',
  'an object that names a Secret and has data': `kind: ConfigMap\nmetadata:\n  name: a\ndata:\n  note: the Secret is elsewhere\n`,
  'a role that may read Secrets': 'kind: Role\nrules:\n- resources: [secrets]\n  resourceNames: [Secret]\n',
  'a chart that is given its values':
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  a: {{ .Values.a | b64enc }}\n',
  'a chart that loops over its values':
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  {{- range $k, $v := .Values.x }}\n  {{ $k }}: {{ $v | b64enc }}\n  {{- end }}\n',
  'a chart that writes a file': `{{- if .Values.secret }}
apiVersion: v1
kind: Secret
metadata:
  name: a
stringData:
  password: "{{ .Values.a }}"
  type: fixed
  conf.yaml: |
    user: {{ .Values.user }}
    static: yes
{{- end }}
`,
  'a chart that names its Secret by a text':
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: "{{ .x }}"\ndata:\n  user: "{{ .Values.user | b64enc }}"\n',
  'a chart that includes its values': 'kind: Secret\ndata:\n{{- include "values" . | nindent 2 }}\n',
  'a chart that chooses':
    'kind: Secret\ndata:\n  {{- if .a }}\n  a: {{ .a | b64enc }}\n  {{- else }}\n  a: {{ randAlphaNum 9 | b64enc }}\n  {{- end }}\n',
  'notes of a chart':
    'The Secret of {{ .Release.Name }}:\n  kubectl get secret {{ .Release.Name }} -o jsonpath={.data.a}\n',
  'a Gateway that names its certificate':
    'kind: Gateway\nspec:\n  listeners:\n  - tls:\n      certificateRefs:\n      - {kind: Secret, group: "", name: cert}\n',
  'a generator of ConfigMaps beside one that reads an encrypted file':
    'configMapGenerator:\n- name: a\n  literals: [a=b]\nsecretGenerator:\n- name: b\n  files: [a.enc.yaml]\n',
  'a definition that speaks of kinds':
    'kind: CustomResourceDefinition\nspec:\n  properties:\n    kind: {enum: [Secret]}\n    data: {type: object}\n',
  'a generator that reads an encrypted file':
    'kind: Kustomization\nsecretGenerator:\n  - name: a\n    files:\n      - a.enc.yaml\n',
  'a README': '# Secrets\n\nA Secret is kept by `fleet secrets set`.\n',
  nothing: '',
};
