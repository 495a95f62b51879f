import { describe, expect, test } from 'vitest';
import { embedQuantize } from '../embed/embed.ts';
import { Random, at, poisonF32, poisonU32 } from '../testing/data.ts';
import { useGpu } from '../testing/run-kernel.ts';
import {
  similarityLateInteractionTwin,
  similarityNearestTwin,
  similarityStandardisedTwin,
} from './similarity.ref.ts';
import { similarityLateInteraction, similarityNearest, similarityStandardised } from './similarity.ts';

const gpu = useGpu();

interface Shape {
  readonly first_token?: number;
  readonly num_tokens: number;
  readonly num_queries: number;
  readonly num_parts: number;
  readonly head_dim: number;
}

/** The word with its bytes of -128 made -127, as stored embeddings have them. */
function without128(word: number): number {
  const bytes = new Int8Array(Uint32Array.of(word).buffer);
  bytes.forEach((byte, i) => (bytes[i] = Math.max(byte, -127)));
  return new Uint32Array(bytes.buffer)[0] ?? 0;
}

function embeddings(
  random: Random,
  { first_token = 0, num_queries, num_parts, head_dim, ...shape }: Shape,
  num_groups: number,
) {
  const num_tokens = first_token + shape.num_tokens;
  const isCosine = num_groups === 1;
  return {
    quants: random.u32((num_tokens * num_parts * head_dim) / 4).map(without128),
    scales: random.f32(num_tokens * num_parts, 0.01).map(Math.abs),
    queries: random.f32(num_queries * num_parts * head_dim),
    standard: new Float32Array(2 * num_queries * num_groups).map((_, i) => {
      if (isCosine) return i % 2 === 0 ? 0 : 1 / num_parts;
      return i % 2 === 0 ? random.next() - 0.5 : 1 + 9 * random.next();
    }),
  };
}

/** Of all parts in `groups` groups, or of the groups from `firstGroup` on. */
function checkNearest(
  shape: Shape,
  groups: number,
  WORKGROUP_SIZE: number,
  { kernel = similarityNearest.bodies.plain, firstGroup = 0 } = {},
): Promise<void> {
  const { first_token = 0, num_tokens, num_parts } = shape;
  const parts_per_group = num_parts / groups;
  return gpu.compare({
    kernel,
    twin: similarityNearestTwin,
    overrides: { WORKGROUP_SIZE },
    uniforms: {
      ...shape,
      first_token,
      first_part: firstGroup * parts_per_group,
      parts_per_group,
      num_groups: groups - firstGroup,
      first_score: firstGroup === 0 ? first_token : 2,
    },
    buffers: (random) => ({
      ...embeddings(random, shape, groups),
      score: poisonF32(first_token + num_tokens + 3),
    }),
    tolerance: 'reduction-f32',
  });
}

function checkStandardised(shape: Shape, first_part: number, WORKGROUP_SIZE: number): Promise<void> {
  const { first_token = 0, num_tokens, num_parts, num_queries } = shape;
  const num_groups = num_parts - first_part;
  const token_stride = 8 * Math.ceil(num_tokens / 8) + 8;
  return gpu.compare({
    kernel: similarityStandardised.bodies.plain,
    twin: similarityStandardisedTwin,
    overrides: { WORKGROUP_SIZE },
    uniforms: { ...shape, first_token, first_part, num_groups, token_stride },
    buffers: (random) => ({
      ...embeddings(random, shape, num_parts),
      z: poisonF32(num_groups * num_queries * token_stride),
    }),
    tolerance: 'reduction-f32',
  });
}

describe.each([32, 3])('workgroup size %i', (size) => {
  const shapes = [
    { num_tokens: 1, num_queries: 16, num_parts: 1, head_dim: 4 },
    { num_tokens: 127, num_queries: 16, num_parts: 4, head_dim: 16 },
    { num_tokens: 128, num_queries: 32, num_parts: 4, head_dim: 64 },
    { num_tokens: 129, num_queries: 16, num_parts: 2, head_dim: 80 },
    { num_tokens: 13, num_queries: 48, num_parts: 3, head_dim: 128 },
    { num_tokens: 10, num_queries: 16, num_parts: 4, head_dim: 256 },
    { first_token: 5, num_tokens: 19, num_queries: 16, num_parts: 4, head_dim: 16 },
    { first_token: 8, num_tokens: 256, num_queries: 16, num_parts: 1, head_dim: 8 },
  ];
  test.each(shapes)('nearest, standardised %j', (shape) => checkNearest(shape, shape.num_parts, size));
  test.each(shapes.filter(({ num_parts }) => num_parts > 1))('nearest, all but the first part %j', (shape) =>
    checkNearest(shape, shape.num_parts, size, { firstGroup: 1 }),
  );
  test('nearest, the second of two groups of parts', () =>
    checkNearest({ num_tokens: 21, num_queries: 16, num_parts: 4, head_dim: 16 }, 2, size, {
      firstGroup: 1,
    }));
  test.each(shapes)('nearest, cosine %j', (shape) => checkNearest(shape, 1, size));
  test.each(shapes)('standardised %j', (shape) =>
    checkStandardised(shape, shape.num_parts > 1 ? 1 : 0, size),
  );

  const stretches = [
    { num_tokens: 1, first_z: 0, num_z: 1, reach: 2, num_queries: 1, num_groups: 1 },
    { num_tokens: 5, first_z: 0, num_z: 5, reach: 40, num_queries: 16, num_groups: 4 },
    { num_tokens: 64, first_z: 32, num_z: 128, reach: 32, num_queries: 7, num_groups: 4 },
    { num_tokens: 131, first_z: 0, num_z: 147, reach: 16, num_queries: 20, num_groups: 1 },
    { num_tokens: 130, first_z: 3, num_z: 133, reach: 3, num_queries: 3, num_groups: 3 },
  ];
  test.each(stretches)('late interaction %j', (stretch) => {
    const padded_queries = 16 * Math.ceil(stretch.num_queries / 16);
    const token_stride = 8 * Math.ceil(stretch.num_z / 8) + 8;
    return gpu.compare({
      kernel: similarityLateInteraction.bodies.plain,
      twin: similarityLateInteractionTwin,
      overrides: { WORKGROUP_SIZE: size },
      uniforms: { first_token: 3, ...stretch, padded_queries, token_stride },
      buffers: (random) => ({
        z: random.f32(stretch.num_groups * padded_queries * token_stride, 3),
        score: poisonF32(3 + stretch.num_tokens + 5),
      }),
      tolerance: 'reduction-f32',
    });
  });
});

test('nearest, grid folded over y', () => {
  const shape = { num_tokens: 186, num_queries: 16, num_parts: 1, head_dim: 4 };
  const grid = () => [3, 3, 1] as const;
  return checkNearest(shape, 1, 3, { kernel: { ...similarityNearest.bodies.plain, grid } });
});

test('cosine of concatenated unit parts = mean of the parts cosines (design 3.5 item 3)', async () => {
  const shape = { num_tokens: 21, num_queries: 16, num_parts: 4, head_dim: 32 };
  const { num_tokens, num_queries, num_parts, head_dim } = shape;
  const random = new Random(31);
  const unitParts = (count: number) => {
    const e = random.f32(count * num_parts * head_dim);
    for (let first = 0; first < e.length; first += head_dim) {
      const part = e.subarray(first, first + head_dim);
      const norm = Math.hypot(...part);
      part.forEach((value, d) => (part[d] = value / norm));
    }
    return e;
  };
  const data = {
    e: unitParts(num_tokens),
    quants: poisonU32((num_tokens * num_parts * head_dim) / 4),
    scales: poisonF32(num_tokens * num_parts),
    queries: unitParts(num_queries),
    standard: new Float32Array(2 * num_queries).map((_, i) => (i % 2 === 0 ? 0 : 1 / num_parts)),
    score: poisonF32(num_tokens),
  };
  const got = await gpu.use(data, async (dispatch, buffers) => {
    await dispatch(embedQuantize.bodies.plain, buffers, { num_rows: num_tokens * num_parts, head_dim });
    await dispatch(similarityNearest.bodies.plain, buffers, {
      ...shape,
      first_token: 0,
      first_part: 0,
      parts_per_group: num_parts,
      num_groups: 1,
      first_score: 0,
    });
  });
  const width = num_parts * head_dim;
  const cosine = (token: number, query: number) => {
    const e = data.e.subarray(token * width, (token + 1) * width);
    const q = data.queries.subarray(query * width, (query + 1) * width);
    return e.reduce((sum, value, i) => sum + value * at(q, i), 0) / (Math.hypot(...e) * Math.hypot(...q));
  };
  for (let token = 0; token < num_tokens; token++) {
    const cosines = Array.from({ length: num_queries }, (_, query) => cosine(token, query));
    // Storage as int8 costs less than half a hundredth of a cosine.
    expect(Math.abs(at(got.score, token) - Math.max(...cosines))).toBeLessThan(0.005);
  }
});
