/** The vocabulary of `fleet.ts`, and the rules that a fleet must keep. Nothing here does any I/O. */
export * from './alerts';
export * from './app';
export * from './cdk8s-app';
export * from './cluster';
export * from './fleet';
export * from './fleet-error';
export * from './flux';
export * from './git-server';
export * from './helm-app';
export * from './images';
export * from './kustomize-app';
export * from './owner';
export * from './patch';
export * from './recipient';
export * from './secret';
export * from './web-app';
export * from './tenant';
