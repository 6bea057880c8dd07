import { createRequire } from 'node:module';

const pulumi = createRequire(createRequire(__filename).resolve('@pulumi/pulumi'));

// Import this file before Pulumi's SDK, which then loads `@npmcli/arborist` at its first use: that takes as long as a third of
// the SDK, and is needed only to turn a function into text.
function loadArboristLate(): void {
  const file = pulumi.resolve('@npmcli/arborist');
  if (pulumi.cache[file]) return;
  const exports = {
    // So that it is taken as it is, and its properties are not read at once.
    __esModule: true,
    get Arborist(): unknown {
      if (pulumi.cache[file]?.exports === exports) delete pulumi.cache[file];
      return (pulumi(file) as { Arborist: unknown }).Arborist;
    },
  };
  pulumi.cache[file] = Object.assign(Object.create(module) as NodeJS.Module, {
    id: file,
    filename: file,
    loaded: true,
    exports,
  });
}

loadArboristLate();
