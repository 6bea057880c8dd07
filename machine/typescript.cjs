// Lets this Node.js process load TypeScript: `node --require ./machine/typescript.cjs file.ts`, or `require` it first. The
// types are removed and not checked: `npm run check` checks them.
const { readFileSync } = require('node:fs');
const { transformSync } = require('esbuild');

// `import()` becomes a `require`, as Node.js's own loader of ES modules knows no TypeScript.
const supported = { 'dynamic-import': false };
const options = { loader: 'ts', format: 'cjs', platform: 'node', target: 'node20', sourcemap: 'inline', supported };
process.setSourceMapsEnabled(true);
require.extensions['.ts'] = (module, file) => {
  const { code } = transformSync(readFileSync(file, 'utf8'), { ...options, sourcefile: file });
  module._compile(code, file);
};
