import { defineFleet, hosted, kind, webApp } from '../../model';

/** A fleet whose repository is on GitHub. */
export default defineFleet({
  git: hosted({
    url: 'git@github.com:org/platform.git',
    branch: 'main',
    // What is outside of it is never changed.
    folder: 'deploy/fleet',
    // The clusters apply commits of this clone, and those that this key has signed.
    verify: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada'],
  }),
  clusters: { dev: kind() },
  apps: { shop: webApp({ image: 'ghcr.io/stefanprodan/podinfo', tag: '6.9.2', port: 9898 }) },
  runs: { dev: { shop: {} } },
});
