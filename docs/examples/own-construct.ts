import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { cdk8sApp, defineFleet, kind } from '../../model';

/** Any cdk8s construct can be an app: here, a job that runs each night. */
class Nightly extends Construct {
  constructor(scope: Construct, id: string, image: string) {
    super(scope, id);
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    };
    const spec = { restartPolicy: 'Never', containers: [{ name: id, image, securityContext }] };
    new k8s.KubeCronJob(this, 'job', {
      metadata: { name: id },
      spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: { spec } } } },
    });
  }
}

export default defineFleet({
  clusters: { dev: kind(), prod: kind() },
  apps: {
    nightly: cdk8sApp({ construct: (scope) => void new Nightly(scope, 'report', 'registry.example.com/report:1.4') }),
  },
  runs: {
    dev: { nightly: { patches: { 'CronJob/report': { spec: { suspend: true } } } } },
    prod: { nightly: { tags: { 'registry.example.com/report': '1.3' } } },
  },
});
