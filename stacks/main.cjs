// Pulumi's entry. It loads TypeScript as every other command here does, whichever language host runs it.
require('../machine/typescript.cjs');
module.exports = require('./index.ts');
