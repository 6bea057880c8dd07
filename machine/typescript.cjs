// Lets this Node.js process load TypeScript: `node --require ./machine/typescript.cjs file.ts`, or `require` it first. The
// types are removed and not checked: `npm run check` checks them.
const loaders = { ...require.extensions };
require('tsx/cjs/api').register();
// tsx would translate every ES module in node_modules as well, which takes seconds. Node.js loads them by itself.
for (const extension of ['.js', '.cjs', '.mjs']) {
  if (loaders[extension]) require.extensions[extension] = loaders[extension];
  else delete require.extensions[extension];
}
