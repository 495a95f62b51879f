// CPU twin of similarity: score[j] = mean over groups of max over queries of (sum of the group's part dots - mean) * inv_std
import { at, type Twin } from '../testing/data.ts';
import type { similarity } from './similarity.ts';

export const similarityTwin: Twin<typeof similarity> = ({ quants, scales, queries, standard, score }, u) => {
  const partsPerGroup = u.num_parts / u.num_groups;
  const stored = (row: number, d: number) => {
    const element = row * u.head_dim + d;
    const word = at(quants, Math.floor(element / 4));
    return ((word << (24 - 8 * (element % 4))) >> 24) * at(scales, row);
  };
  const dot = (query: number, token: number, part: number) => {
    let sum = 0;
    for (let d = 0; d < u.head_dim; d++) {
      sum +=
        at(queries, (query * u.num_parts + part) * u.head_dim + d) * stored(token * u.num_parts + part, d);
    }
    return sum;
  };
  for (let token = u.first_token; token < u.first_token + u.num_tokens; token++) {
    let total = 0;
    for (let group = 0; group < u.num_groups; group++) {
      let best = -Infinity;
      for (let query = 0; query < u.num_queries; query++) {
        let sum = 0;
        for (let i = 0; i < partsPerGroup; i++) sum += dot(query, token, group * partsPerGroup + i);
        const entry = 2 * (query * u.num_groups + group);
        best = Math.max(best, (sum - at(standard, entry)) * at(standard, entry + 1));
      }
      total += best;
    }
    score[token] = total / u.num_groups;
  }
};
