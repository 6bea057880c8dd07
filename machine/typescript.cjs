// Lets this Node.js process load TypeScript: `node --require ./machine/typescript.cjs file.ts`, or `require` it first. The
// types are removed and not checked: `npm run check` checks them. What comes of a file is kept in node_modules/.cache.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
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
  keep(kept, text);
  return text;
}

/** Whether a file could be written. A folder that cannot be written costs time only. */
function keep(file, text) {
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
    return true;
  } catch {
    return false;
  }
}

/** Packages of a hundred files each: to load these one by one is a third of a command's start. Each is made one file. */
const packages = new Set(['execa', 'yaml']);
/** The files of those that were asked for: Node asks once for each folder. */
const files = new Map();
const modules = join(__dirname, '../node_modules');
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const isOurs = packages.has(request) && parent?.filename && !parent.filename.includes('node_modules');
  if (isOurs && !files.has(request)) files.set(request, oneFile(request));
  return (isOurs && files.get(request)) || resolve.call(this, request, parent, ...rest);
};

/** A package as one file, undefined where that cannot be written. */
function oneFile(name) {
  const folder = join(modules, name);
  const kept = join(cache, `${name}-${hash(readFileSync(join(folder, 'package.json'), 'utf8'), version)}.cjs`);
  if (existsSync(kept)) return kept;
  const built = { stdin: { contents: `export * from '${name}'`, resolveDir: modules }, bundle: true, write: false };
  const { outputFiles } = require('esbuild').buildSync({ ...built, format: 'cjs', platform: 'node', target: 'node20' });
  return keep(kept, outputFiles[0].text) ? kept : undefined;
}

process.setSourceMapsEnabled(true);
require.extensions['.ts'] = (module, file) => module._compile(compiled(file), file);
