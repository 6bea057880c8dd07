import { createRequire } from 'node:module';

const pulumi = createRequire(createRequire(__filename).resolve('@pulumi/pulumi'));

/**
 * Lets Pulumi's SDK load without `@npmcli/arborist`, which takes as long as a third of it, and which it needs only to turn a
 * function into text: it is loaded at its first use. Import this file before the SDK.
 */
export function loadArboristLate(): void {
  const file = pulumi.resolve('@npmcli/arborist');
  if (pulumi.cache[file]) return;
  const exports = {
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
