/** The folders from left to right: data flows this way, so that each may import only what is to its left. */
const layers = {
  model: [],
  machine: ['model'],
  'fleet.ts': ['model'],
  constructs: ['model', 'fleet.ts'],
  stacks: ['model', 'machine', 'fleet.ts'],
  operate: ['model', 'machine', 'stacks'],
  lab: ['model', 'machine'],
  cli: ['model', 'machine', 'constructs', 'stacks', 'operate', 'lab', 'fleet.ts'],
};

/** What loads Pulumi's packages, which takes a second: a command that does not run Pulumi starts without it. */
const pulumi = [
  '^stacks/.*/program[.]ts$',
  '^stacks/(main|index|declared|program|flux/[^/]+)[.]c?[tj]s$',
  '^stacks/clusters/stack[.]ts$',
  '^stacks/repositories/git-server/containers[.]ts$',
  '^operate/pulumi-stack[.]ts$',
];

const pattern = (layer) => (layer.endsWith('.ts') ? `^${layer}$` : `^${layer}/`);
const everything = [...Object.keys(layers), 'test', 'bench'];

/** https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Move what both need to a file of its own. An import of a type counts, a program that a provider loads later does not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    ...Object.entries(layers).map(([layer, allowed]) => ({
      name: `layer-${layer}`,
      comment: `${layer} may import ${allowed.join(', ') || 'nothing'}, and no other folder.`,
      severity: 'error',
      from: { path: pattern(layer) },
      to: { path: everything.map(pattern), pathNot: [layer, ...allowed].map(pattern) },
    })),
    {
      name: 'start-without-pulumi',
      comment: "Import a type, or move the code to a file that only Pulumi's runs load.",
      severity: 'error',
      from: { path: Object.keys(layers).map(pattern), pathNot: [...pulumi, '^lab/'] },
      to: { path: ['(^|/)node_modules/@pulumi/', ...pulumi], dependencyTypesNot: ['type-only'], dynamic: false },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
