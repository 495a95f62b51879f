// The strategy snapkv.
import { snapkvRule } from '@longread/planner';
import { evicting } from './evicting.ts';

/**
 * SnapKV, arXiv 2404.14469: everything is read, inside the window, and then of every layer and KV head those entries stay to whose
 * neighbourhood the prompt's last 32 queries pay most attention, and these queries' own. Needs the question before it evicts; a longer
 * document is refused.
 */
export const snapkv = evicting(snapkvRule);
