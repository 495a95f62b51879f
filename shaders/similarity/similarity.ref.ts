// CPU twins of the search's kernels, straight loops.
import { at, type Twin } from '../testing/data.ts';
import type { similarityLateInteraction, similarityNearest, similarityStandardised } from './similarity.ts';

type Shape = Readonly<Record<'num_parts' | 'head_dim', number>>;
type Embeddings = Readonly<Record<'quants' | 'scales' | 'queries', ArrayLike<number>>>;

/** The dot of a part of a query and of a stored token. */
function partDot(
  { quants, scales, queries }: Embeddings,
  { num_parts, head_dim }: Shape,
  token: number,
  query: number,
  part: number,
): number {
  const row = token * num_parts + part;
  let sum = 0;
  for (let d = 0; d < head_dim; d++) {
    const element = row * head_dim + d;
    const word = at(quants, Math.floor(element / 4));
    const quant = (word << (24 - 8 * (element % 4))) >> 24;
    sum += at(queries, (query * num_parts + part) * head_dim + d) * quant * at(scales, row);
  }
  return sum;
}

/** `sum` with the mean and deviation of entry `pair`. */
function standardise(sum: number, standard: ArrayLike<number>, pair: number): number {
  return (sum - at(standard, 2 * pair)) * at(standard, 2 * pair + 1);
}

/** score[j] = mean over groups of max over queries of (sum of the group's part dots - mean) * inv_std */
export const similarityNearestTwin: Twin<typeof similarityNearest> = ({ score, standard, ...data }, u) => {
  const groups = u.num_parts / u.parts_per_group;
  const firstGroup = u.first_part / u.parts_per_group;
  for (let token = u.first_token; token < u.first_token + u.num_tokens; token++) {
    let total = 0;
    for (let group = 0; group < u.num_groups; group++) {
      let best = -Infinity;
      for (let query = 0; query < u.num_queries; query++) {
        let sum = 0;
        for (let i = 0; i < u.parts_per_group; i++)
          sum += partDot(data, u, token, query, u.first_part + group * u.parts_per_group + i);
        best = Math.max(best, standardise(sum, standard, query * groups + firstGroup + group));
      }
      total += best;
    }
    score[u.first_score + token - u.first_token] = total / u.num_groups;
  }
};

export const similarityStandardisedTwin: Twin<typeof similarityStandardised> = (
  { z, standard, ...data },
  u,
) => {
  for (let group = 0; group < u.num_groups; group++) {
    for (let query = 0; query < u.num_queries; query++) {
      const row = (group * u.num_queries + query) * u.token_stride;
      for (let i = 0; i < Math.ceil(u.num_tokens / 8) * 8; i++) {
        const token = u.first_token + Math.min(i, u.num_tokens - 1);
        const part = u.first_part + group;
        z[row + i] = standardise(partDot(data, u, token, query, part), standard, query * u.num_parts + part);
      }
    }
  }
};

/** score[j] = sum over queries of max(0, mean over groups of max over the window of z)^2 */
export const similarityLateInteractionTwin: Twin<typeof similarityLateInteraction> = ({ z, score }, u) => {
  for (let token = 0; token < u.num_tokens; token++) {
    const center = u.first_z + token;
    let total = 0;
    for (let query = 0; query < u.num_queries; query++) {
      let sum = 0;
      for (let group = 0; group < u.num_groups; group++) {
        const row = (group * u.padded_queries + query) * u.token_stride;
        let best = -Infinity;
        for (let i = center - u.reach; i <= center + u.reach; i++) {
          if (i >= 0 && i < u.num_z) best = Math.max(best, at(z, row + i));
        }
        sum += best;
      }
      total += Math.max(0, sum / u.num_groups) ** 2;
    }
    score[u.first_token + token] = total;
  }
};
