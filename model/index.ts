/** The functions and types of `fleet.ts`, and the rules of a valid fleet. Nothing here does any I/O. */
export * from './alerts';
export * from './apps';
export * from './clusters';
export * from './fleet';
export * from './fleet-error';
export * from './flux';
export * from './fleet';
export * from './names';
export * from './owner';
export * from './patches/patch';
export * from './repositories';
export * from './secrets/cipher-text';
export * from './secrets/fleet-secrets';
export * from './secrets/cipher-text';
export * from './secrets/recipient';
export * from './secrets/secret';
export * from './tenants/tenant';
