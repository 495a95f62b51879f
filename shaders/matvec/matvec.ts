// Decode matrix-vector product with fused dequantisation: one token against one weight matrix. Which body runs is measured.
import { foldGrid, groupsFor } from '../kernel.ts';
import activation from '../lib/activation.wgsl?raw';
import maskedColumns from '../lib/masked-columns.wgsl?raw';
import packedWeights from '../lib/packed-weights.wgsl?raw';
import quadSubgroups from '../lib/quad-subgroups.wgsl?raw';
import weights from '../lib/weights.wgsl?raw';
import { defineOperation, read, write } from '../operation.ts';
import eightRows from './eight-rows.wgsl?raw';
import fourProducts from './four-products.wgsl?raw';
import fourRows from './four-rows.wgsl?raw';
import fused from './fused.wgsl?raw';
import fusedRows from './fused-rows.wgsl?raw';
import fusedSubgroup from './fused-subgroup.wgsl?raw';
import gatedQuad from './gated-quad.wgsl?raw';
import plain from './plain.wgsl?raw';
import quad from './quad.wgsl?raw';
import rows from './rows.wgsl?raw';
import subgroup from './subgroup.wgsl?raw';

/** What a quad's lanes need: tiles of 32 columns of int4 or int8 weights. */
const quadShapes = {
  in_features: { multipleOf: 32 },
  WEIGHT_FORMAT: { min: 2 },
  WORKGROUP_SIZE: { multipleOf: 4 },
} as const;

export const matvec = defineOperation({
  name: 'matvec',
  bindings: {
    quants: read('u32', 'canonical layout [*, in_features]'),
    scales: read('u32', 'canonical layout'),
    x: read('vec4f', 'f32 [in_features]'),
    y: write('f32', 'f32 [*]'),
  },
  uniforms: {
    in_features: 'u32',
    out_features: 'u32',
    weight_row: 'u32',
    out_offset: 'u32',
    // 1 adds to y (the residual). Not an override, because each pipeline costs a second or two.
    accumulate: 'u32',
  },
  overrides: { WEIGHT_FORMAT: 0, GROUP_SIZE: 32 },
  flops: (u) => 4 * u.in_features * u.out_features,
  bodies: {
    plain: {
      source: plain,
      library: [weights],
      overrides: { WORKGROUP_SIZE: 16 },
      shapes: { in_features: { multipleOf: 8 } },
      grid: (u, o) => foldGrid(groupsFor(u.out_features, 4 * o.WORKGROUP_SIZE)),
    },
    rows: {
      source: rows,
      library: [weights, packedWeights, fourProducts, fourRows],
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: { in_features: { multipleOf: 8 } },
      grid: (u) => foldGrid(groupsFor(u.out_features, 4)),
    },
    subgroup: {
      source: subgroup,
      library: [weights, packedWeights, fourProducts, fourRows],
      features: ['subgroups'],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: { in_features: { multipleOf: 8 } },
      grid: (u) => foldGrid(groupsFor(u.out_features, 4)),
      suits: ({ subgroupSize }) => ({ WORKGROUP_SIZE: subgroupSize }),
    },
    /** The choice of a software adapter. */
    quad: {
      source: quad,
      library: [quadSubgroups, maskedColumns, eightRows],
      features: ['subgroups'],
      overrides: { WEIGHT_FORMAT: 3, WORKGROUP_SIZE: 4 },
      elements: { quants: 'vec4u' },
      shapes: quadShapes,
      grid: (u, o) => foldGrid(groupsFor(u.out_features, 8 * o.WORKGROUP_SIZE)),
      suits: ({ subgroupSize }) => ({ WORKGROUP_SIZE: Math.min(16, subgroupSize) }),
    },
  },
});

/** Gate and up projections and the activation in one pass, by the quad body's product. */
export const matvecGated = defineOperation({
  name: 'matvec/gated',
  fuses: ['matvec', 'gate-mul'],
  bindings: {
    quants: read('vec4u', 'canonical layout [2 * out_features, in_features]'),
    scales: read('u32', 'canonical layout'),
    x: read('vec4f', 'f32 [in_features]'),
    y: write('f32', 'f32 [out_features]'),
  },
  uniforms: { in_features: 'u32', out_features: 'u32' },
  overrides: { WEIGHT_FORMAT: 3, GROUP_SIZE: 32, ACTIVATION: 0 },
  flops: (u) => 4 * u.in_features * u.out_features,
  bodies: {
    quad: {
      source: gatedQuad,
      library: [quadSubgroups, maskedColumns, eightRows, activation],
      features: ['subgroups'],
      overrides: { WORKGROUP_SIZE: 4 },
      shapes: quadShapes,
      grid: (u, o) => foldGrid(groupsFor(u.out_features, 4 * o.WORKGROUP_SIZE)),
    },
  },
});

const fusedShapes = { in_features: { multipleOf: 8 } } as const;
const fusedLibrary = [weights, packedWeights, activation, fourProducts, fused] as const;

/** The norm of what is multiplied and the product in one pass, and the activation of a gated MLP, by lanes that split rows. */
export const matvecFused = defineOperation({
  name: 'matvec/fused',
  fuses: ['rms-norm', 'matvec', 'gate-mul'],
  bindings: {
    quants: read('u32', 'canonical layout [out_features, in_features], twice as many rows where GATED is 1'),
    scales: read('u32', 'canonical layout'),
    x: read('vec4f', 'f32 [in_features]'),
    norm: read('vec4f', 'f32 [in_features]; anything where NORMED is 0'),
    y: write('f32', 'f32 [*]'),
  },
  uniforms: { in_features: 'u32', out_features: 'u32', out_offset: 'u32', eps: 'f32' },
  overrides: { WEIGHT_FORMAT: 0, GROUP_SIZE: 32, NORMED: 1, GATED: 0, ACTIVATION: 0 },
  flops: (u) => 4 * u.in_features * u.out_features,
  bodies: {
    subgroup: {
      source: fusedSubgroup,
      library: fusedLibrary,
      features: ['subgroups'],
      overrides: { WORKGROUP_SIZE: 32 },
      shapes: fusedShapes,
      grid: (u) => foldGrid(groupsFor(u.out_features, 4)),
      suits: ({ subgroupSize }) => ({ WORKGROUP_SIZE: subgroupSize }),
    },
    rows: {
      source: fusedRows,
      library: fusedLibrary,
      overrides: { WORKGROUP_SIZE: 64 },
      shapes: fusedShapes,
      grid: (u) => foldGrid(groupsFor(u.out_features, 4)),
    },
  },
});
