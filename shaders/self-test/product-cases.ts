// Self-test cases of the products: matmul, matvec and their variants in any weight layout, and the embedding lookup.
import { embeddingLookupTwin } from '../embedding-lookup/embedding-lookup.ref.ts';
import { embeddingLookup } from '../embedding-lookup/embedding-lookup.ts';
import { randomWeights } from '../lib/weights.ref.ts';
import { matmulSubgroup } from '../matmul-subgroup/matmul-subgroup.ts';
import { matmulTiled, matmulTiledF16 } from '../matmul-tiled/matmul-tiled.ts';
import { matmulGatedTwin } from '../matmul-gated/matmul-gated.ref.ts';
import { matmulGated } from '../matmul-gated/matmul-gated.ts';
import { matmulQuad } from '../matmul-quad/matmul-quad.ts';
import { matmul } from '../matmul/matmul.ts';
import { matvecQuad } from '../matvec-quad/matvec-quad.ts';
import { matvecRows } from '../matvec-rows/matvec-rows.ts';
import { matvecSubgroup } from '../matvec-subgroup/matvec-subgroup.ts';
import { matvec } from '../matvec/matvec.ts';
import { poisonF32 } from '../testing/data.ts';
import { matmulCase } from '../testing/matmul-case.ts';
import { matvecCase } from '../testing/matvec-case.ts';
import { caseOf, weightsOf, type Cases, type Overrides } from './case.ts';

const matmuls = [matmul, matmulQuad, matmulTiled, matmulTiledF16, matmulSubgroup] as const;
const matvecs = [matvec, matvecRows, matvecSubgroup, matvecQuad] as const;

/** Ragged in all three sizes, wider than one tile of any variant, and for lanes of several quads. */
const shape = { num_tokens: 67, in_features: 96, out_features: 148 };

export const productCases: Cases = {
  ...Object.fromEntries(
    matmuls.map((spec) => {
      const isF16 = spec.name === matmulTiledF16.name;
      const tolerance = isF16 ? 'f16-storage' : 'reduction-f32';
      return [spec.name, (o: Overrides) => caseOf(matmulCase(spec, weightsOf(o), shape, { tolerance }))];
    }),
  ),
  ...Object.fromEntries(
    matvecs.map((spec) => [
      spec.name,
      (o: Overrides) =>
        caseOf(matvecCase(spec, weightsOf(o), { in_features: shape.in_features, out_features: 67 })),
    ]),
  ),
  [matmulGated.name]: (o) => {
    const { num_tokens, in_features, out_features } = shape;
    return caseOf({
      kernel: matmulGated,
      twin: matmulGatedTwin,
      uniforms: { ...shape, first_token: 1 },
      buffers: (random) => ({
        ...randomWeights(random, { ...weightsOf(o), rows: 2 * out_features + 1, cols: in_features }),
        x: random.f32((num_tokens + 2) * in_features),
        y: poisonF32((num_tokens + 2) * out_features),
      }),
      tolerance: 'reduction-f32',
    });
  },
  [embeddingLookup.name]: (o) => {
    const layout = { ...weightsOf(o), rows: 11, cols: shape.in_features };
    return caseOf({
      kernel: embeddingLookup,
      twin: embeddingLookupTwin,
      uniforms: { num_tokens: 5, hidden_size: layout.cols },
      buffers: (random) => ({
        ...randomWeights(random, layout),
        ids: random.u32(5, layout.rows),
        y: poisonF32(6 * layout.cols),
      }),
      tolerance: 'elementwise-f32',
    });
  },
};
