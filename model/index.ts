/** The vocabulary of `fleet.ts`, and the rules that a fleet must keep. Nothing here does any I/O. */
export * from './flux/alerts';
export * from './apps/app';
export * from './apps/cdk8s-app';
export * from './clusters/kind';
export * from './fleet';
export * from './fleet-error';
export * from './flux/flux';
export * from './repositories/git-server';
export * from './apps/helm-app';
export * from './images';
export * from './apps/kustomize-app';
export * from './patches/patch';
export * from './secrets/cipher-text';
export * from './secrets/recipient';
export * from './secrets/secret';
export * from './apps/web-app';
export * from './tenants/tenant';
