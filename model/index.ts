/** The vocabulary of `fleet.ts`, and the rules that a fleet must keep. Nothing here does any I/O. */
export * from './app';
export * from './cluster';
export * from './fleet';
export * from './fleet-error';
export * from './git-server';
export * from './secret';
export * from './recipient';
export * from './patch';
export * from './web-app';
