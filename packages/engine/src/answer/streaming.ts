// The strategy streaming.
import { streamingRule } from '@longread/planner';
import { evicting } from './evicting.ts';

/**
 * StreamingLLM, arXiv 2309.17453: the first four entries, on which attention rests, and the newest. No attention is counted. Reading
 * does not need the question.
 */
export const streaming = evicting(streamingRule);
