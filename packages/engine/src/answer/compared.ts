// What strategies choose by that are only there to be compared with: a page of a site fetches it with the first question that is asked by
// one.
export {
  cascadeFading,
  cascadeRule,
  createBm25,
  entropyOf,
  planChunkChoice,
  planWholeChunks,
} from '@longread/planner';
