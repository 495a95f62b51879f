// The strategy h2o.
import { h2oRule } from '@longread/planner';
import { evicting } from './evicting.ts';

/**
 * H2O, arXiv 2306.14048: of every layer and KV head the entries that received most attention so far, and the newest. Reading does not
 * need the question. Compress evicts by the same rule.
 */
export const h2o = evicting(h2oRule);
