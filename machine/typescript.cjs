// Lets this Node.js process load TypeScript: `node --require ./machine/typescript.cjs file.ts`, or `require` it first. The
// types are removed and not checked: `npm run check` checks them. What comes of a file is kept in node_modules/.cache.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { version } = require('esbuild/package.json');

// `import()` becomes a `require`, as Node.js's own loader of ES modules knows no TypeScript.
const supported = { 'dynamic-import': false };
const options = { loader: 'ts', format: 'cjs', platform: 'node', target: 'node20', sourcemap: 'inline', supported };
const cache = join(__dirname, '../node_modules/.cache/flux-fleet');
const hash = (...texts) => createHash('sha256').update(texts.join('\0')).digest('hex');

/** The JavaScript of a file: from the cache if it was made of the same text in the same way, which its last line says. */
function compiled(file) {
  const source = readFileSync(file, 'utf8');
  const kept = join(cache, hash(file));
  const tail = `\n//${hash(source, version, JSON.stringify(options))}`;
  try {
    const text = readFileSync(kept, 'utf8');
    if (text.endsWith(tail)) return text;
  } catch {
    // It was not loaded before.
  }
  const text = require('esbuild').transformSync(source, { ...options, sourcefile: file }).code + tail;
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${kept}.${process.pid}`, text);
    renameSync(`${kept}.${process.pid}`, kept);
  } catch {
    // A folder that cannot be written costs time only.
  }
  return text;
}

process.setSourceMapsEnabled(true);
require.extensions['.ts'] = (module, file) => module._compile(compiled(file), file);
