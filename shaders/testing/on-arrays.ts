// A kernel of subgroup matrices in plain WGSL: a lane has its 32nd of the sums, and reads what it multiplies where the matrices would be
// loaded from. It shows on any device with f16 that a kernel loads, multiplies and stores the right places; that a device has the right
// matrices only that device can show.
import type { KernelSpec } from '../kernel.ts';

const directives = /^enable chromium_experimental_subgroup_matrix;\ndiagnostic.*\n/m;
const factorType = /subgroup_matrix_(?:left|right)<f16, 16, 16>/g;
const sumsType = /subgroup_matrix_result<f32, 16, 16>/g;
const load = /subgroupMatrixLoad<(\w+), (\w+)>\(&(\w+), /g;
const multiply = /subgroupMatrixMultiplyAccumulate\(/g;
const store = /subgroupMatrixStore<row_major>\(&(\w+), /g;

/** The kernel without its matrices, and without the feature. */
export function onArrays<S extends Pick<KernelSpec, 'name' | 'source' | 'features'>>(kernel: S): S {
  const { name, source } = kernel;
  const loads = new Set(Array.from(source.matchAll(load), ([, ...parts]) => parts.join(' ')));
  const stores = new Set(Array.from(source.matchAll(store), ([, array]) => array));
  if (
    [...loads].sort().join() !== 'Inputs row_major x_tile,Weights col_major w_tile' ||
    [...stores].join() !== 'sums'
  )
    throw new Error(`${name} does not use matrices as expected`);
  return {
    ...kernel,
    name: `${name} on arrays`,
    features: kernel.features?.filter((feature) => !feature.startsWith('subgroup-matrix')),
    source: [
      source
        .replace(directives, '')
        .replace(factorType, 'vec2u')
        .replace(sumsType, 'array<f32, 8>')
        .replace(load, 'vec2u(')
        .replace(multiply, 'multiplied(lane, ')
        .replace(store, 'keep_sums(lane, '),
      valueOf('x_tile', source),
      valueOf('w_tile', source),
      helpers,
    ].join('\n'),
  };
}

/** Of a row of a tile; the matrix begins at `matrix.x` and has `matrix.y` elements of the array between rows. */
const valueOf = (array: string, source: string): string => `
fn ${array}_value(matrix: vec2u, row: u32, k: u32) -> f32 {
  let at = matrix.x + row * matrix.y;
  return f32(${array}[${source.includes(`${array}: array<vec4h`) ? 'at + k / 4u][k % 4u' : 'at + k'}]);
}`;

// Bounds that a compiler cannot know: a software adapter's would unroll these loops into a minute of work.
const helpers = `
fn count(number: u32) -> u32 {
  return number + (params.in_features >> 31u);
}

fn multiplied(lane: u32, inputs: vec2u, weights: vec2u, before: array<f32, 8>) -> array<f32, 8> {
  var sums = before;
  for (var i = 0u; i < count(8u); i++) {
    let place = lane % 32u + 32u * i;
    var sum = 0.0;
    for (var k = 0u; k < count(16u); k++) {
      sum += x_tile_value(inputs, place / 16u, k) * w_tile_value(weights, place % 16u, k);
    }
    sums[i] += sum;
  }
  return sums;
}

fn keep_sums(lane: u32, at: u32, matrix: array<f32, 8>, stride: u32) {
  var own = matrix;
  for (var i = 0u; i < count(8u); i++) {
    let place = lane % 32u + 32u * i;
    sums[at + place / 16u * stride + place % 16u] = own[i];
  }
}`;
