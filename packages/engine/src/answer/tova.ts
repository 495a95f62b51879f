// The strategy tova.
import { tovaRule } from '@longread/planner';
import { evicting } from './evicting.ts';

/**
 * TOVA, arXiv 2401.06104: of every layer the entries to which a chunk's last query pays most attention, all heads taken together.
 * Reading does not need the question. Its authors evict after every token, here a chunk does.
 */
export const tova = evicting(tovaRule);
