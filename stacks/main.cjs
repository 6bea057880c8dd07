// Pulumi's entry. It loads TypeScript as every other command here does, whichever language host runs it.
require('../machine/typescript.cjs');
// Pulumi takes a stack trace at each resource, and mapping it to TypeScript would be a fifth of the program's time.
process.setSourceMapsEnabled(false);
module.exports = require('./index.ts');
