import type { Rule } from '../rule';
import { admissionRules } from './admission';
import { applyRules } from './apply';
import { buildRules } from './build';
import { chartRules } from './charts';
import { createRules } from './create';
import { fluxRules } from './flux';
import { helmRules } from './helm';
import { imageRules } from './images';
import { nodeRules } from './nodes';
import { probeRules } from './probes';
import { releaseRules } from './release';
import { schemaRules } from './schema';
import { secretRules } from './secrets';
import { sourceObjectRules } from './source-objects';
import { sourceRules } from './sources';
import { surroundingRules } from './surroundings';
import { workloadRules } from './workloads';

/** The catalogue, as docs/failures.md has it: the first rule that knows a message explains it. */
export const catalogue: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: 'The repository and other sources', rules: [...sourceRules, ...sourceObjectRules] },
  { title: 'Flux: order, references, suspension', rules: fluxRules },
  { title: 'Controllers, Receivers, owners, drift', rules: surroundingRules },
  { title: 'Secrets', rules: secretRules },
  { title: 'The build', rules: buildRules },
  { title: 'Charts', rules: chartRules },
  { title: 'The API server', rules: [...schemaRules, ...admissionRules, ...applyRules] },
  { title: 'Helm', rules: [...helmRules, ...releaseRules] },
  { title: 'Images', rules: imageRules },
  { title: 'Containers', rules: [...workloadRules, ...probeRules] },
  { title: 'Nodes and volumes', rules: nodeRules },
  { title: 'Pods that are not created, Jobs, claims', rules: createRules },
];

export const rules: readonly Rule[] = catalogue.flatMap((group) => group.rules);
