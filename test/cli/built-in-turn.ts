const deployment = (replicas: number) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app-a', namespace: 'default' },
    spec: { replicas },
  });

/** A kustomize that builds, of whatever: one replica of what is published, and two of what comes of `fleet.ts`. */
export const buildsInTurn = [
  'IFS= read -r file < "$4/kustomization.yaml"',
  `case $file in *"/from/"*) echo '${deployment(1)}' ;; *) echo '${deployment(2)}' ;; esac`,
].join('; ');
