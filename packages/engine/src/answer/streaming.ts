// The strategy streaming.
import { streamingRule } from '@longread/planner';
import { evicting } from './evicting.ts';

/**
 * StreamingLLM, arXiv 2309.17453: the first four entries, on which attention rests, and the newest. No attention is counted. Reading
 * needs the question only in that the whole prompt is read for each.
 */
export const streaming = evicting(streamingRule);
