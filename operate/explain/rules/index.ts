import type { Rule } from '../rule';
import { applyRules } from './apply';
import { buildRules } from './build';
import { imageRules } from './images';
import { workloadRules } from './workloads';

/** Every rule of the catalogue: the first that knows a message explains it. */
export const rules: readonly Rule[] = [...imageRules, ...workloadRules, ...buildRules, ...applyRules];
