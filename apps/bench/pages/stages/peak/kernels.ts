// The kernels that say what a device can do: multiply-adds alone, and memory alone, in several widths each, because none is the
// fastest everywhere. Their text is made here: WGSL has no templates, and a bound that is no constant would cost what is to be measured.
import { defineKernel, type KernelSpec } from '@longread/shaders';

type Overrides = 'WORKGROUP_SIZE';
export type ArithmeticKernel = KernelSpec<'y', 'groups' | 'iterations' | 'factor' | 'addend', Overrides>;
export type CopyKernel = KernelSpec<'x' | 'y', 'groups' | 'count', Overrides>;

export const arithmeticGroup = 64;
export const memoryGroup = 256;

const head = (params: string) => `
struct Params { groups: u32, ${params} }
override WORKGROUP_SIZE: u32;
@group(0) @binding(0) var<uniform> params: Params;`;

const times = (count: number, text: (i: number) => string, between = '\n  ') =>
  Array.from({ length: count }, (_, i) => text(i)).join(between);

const lanesOf = { f32: 1, vec4f: 4, vec4h: 4 } as const;
/** Rounds of the inner loop, a constant: its bound needs no register. */
const innerRounds = 16;

/** What kernels of arithmetic have in common. */
const arithmetic = {
  bindings: [{ name: 'y', access: 'read_write', shape: 'vec4f [invocations]' }],
  uniforms: [
    { name: 'groups', type: 'u32' },
    { name: 'iterations', type: 'u32' },
    { name: 'factor', type: 'f32' },
    { name: 'addend', type: 'f32' },
  ],
  overrides: { WORKGROUP_SIZE: arithmeticGroup },
  shapes: {},
  grid: (u) => [u.groups, 1, 1],
} satisfies Partial<ArithmeticKernel>;

export interface Width {
  readonly type: keyof typeof lanesOf;
  /** Of an invocation. Twelve f32 fit the 16 vector registers of a processor; eight vec4f do not, and stay on its stack as a matmul's. */
  readonly accumulators: number;
  /** Multiply-adds of each accumulator between two tests of the loop, held in values, not variables. */
  readonly steps: number;
}

/** Multiply-adds whose sums converge to 2; every invocation writes a vec4f, so that no compiler drops the work. */
export function multiplyAddKernel({ type, accumulators, steps }: Width): ArithmeticKernel {
  const scalar = type === 'vec4h' ? 'f16' : 'f32';
  const flopsOfRound = 2 * lanesOf[type] * accumulators * steps * innerRounds * arithmeticGroup;
  return defineKernel({
    name: `multiply-add ${type} x ${accumulators}, ${steps} at once`,
    ...(type === 'vec4h' ? { features: ['shader-f16'] as const } : {}),
    source: `${type === 'vec4h' ? 'enable f16;' : ''}${head('iterations: u32, factor: f32, addend: f32')}
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
struct Sums {
  ${times(accumulators, (i) => `a${i}: ${type},`)}
}
fn step(x: Sums, m: ${type}, n: ${type}) -> Sums {
  return Sums(${times(accumulators, (i) => `fma(x.a${i}, m, n)`, ', ')});
}
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let m = ${type}(${scalar}(params.factor));
  let n = ${type}(${scalar}(params.addend));
  let start = ${type}(${scalar}(id.x & 63u));
  var sums = Sums(${times(accumulators, (i) => `start + ${type}(${i})`, ', ')});
  for (var i = 0u; i < params.iterations; i++) {
    for (var j = 0u; j < ${innerRounds}u; j++) {
      let s0 = sums;
      ${times(steps, (i) => `let s${i + 1} = step(s${i}, m, n);`)}
      sums = s${steps};
    }
  }
  y[id.x] = vec4f(${times(accumulators, (i) => `sums.a${i}`, ' + ')});
}`,
    ...arithmetic,
    flops: (u) => flopsOfRound * u.groups * u.iterations,
  });
}

/** Dot products of four int8 in a word, eight sums an invocation; the words change with the round, so that none is known before. */
export function int8DotKernel(): ArithmeticKernel {
  const sums = 8;
  return defineKernel({
    name: `int8 dots x ${sums}`,
    source: `${head('iterations: u32, factor: f32, addend: f32')}
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  ${times(sums, (i) => `var a${i} = i32(id.x) + ${i};`)}
  let w = id.x * 0x9e3779b9u;
  for (var i = 0u; i < params.iterations; i++) {
    for (var j = 0u; j < ${innerRounds}u; j++) {
      ${times(sums, (i) => `a${i} += dot4I8Packed(w + ${i}u, u32(a${i}));`, '\n      ')}
    }
  }
  y[id.x] = vec4f(f32(${times(sums, (i) => `a${i}`, ' + ')}));
}`,
    ...arithmetic,
    flops: (u) => 8 * sums * innerRounds * arithmeticGroup * u.groups * u.iterations,
  });
}

/** Products of 16 x 16 matrices of f16 that are summed in f32: eight a subgroup of 32, of two matrices by four. */
export function matrixKernel(): ArithmeticKernel {
  const [rows, columns] = [2, 4];
  const parts = arithmeticGroup / 32;
  const each = (text: (row: number, column: number) => string, between: string) =>
    times(rows, (row) => times(columns, (column) => text(row, column), between), between);
  return defineKernel({
    name: `subgroup matrices of 16 x ${rows * columns}`,
    features: ['shader-f16', 'subgroup-matrix-f16-16x16x16'],
    source: `enable f16;
enable chromium_experimental_subgroup_matrix;
diagnostic(off, chromium.subgroup_matrix_uniformity);${head('iterations: u32, factor: f32, addend: f32')}
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
alias Left = subgroup_matrix_left<f16, 16, 16>;
alias Right = subgroup_matrix_right<f16, 16, 16>;
alias Sums = subgroup_matrix_result<f32, 16, 16>;
var<workgroup> factors: array<f16, 1024>;
var<workgroup> sums: array<f32, ${256 * parts}>;
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var i = lane; i < 1024u; i += ${arithmeticGroup}u) {
    factors[i] = f16(params.factor * f32(i & 7u));
  }
  workgroupBarrier();
  ${times(rows, (row) => `let l${row} = subgroupMatrixLoad<Left, row_major>(&factors, ${256 * row}u, 16u);`)}
  ${times(columns, (column) => `let r${column} = subgroupMatrixLoad<Right, row_major>(&factors, ${256 * column}u, 16u);`)}
  ${each((row, column) => `var s${row}${column}: Sums;`, '\n  ')}
  for (var i = 0u; i < params.iterations; i++) {
    for (var j = 0u; j < ${innerRounds}u; j++) {
      ${each((row, column) => `s${row}${column} = subgroupMatrixMultiplyAccumulate(l${row}, r${column}, s${row}${column});`, '\n      ')}
    }
  }
  let own = lane / 32u * 256u;
  var sum = 0.0;
  ${each(
    (row, column) => `subgroupMatrixStore<row_major>(&sums, own, s${row}${column}, 16u);
  workgroupBarrier();
  sum += sums[lane];
  workgroupBarrier();`,
    '\n  ',
  )}
  y[id.x] = vec4f(sum);
}`,
    ...arithmetic,
    flops: (u) => 2 * 16 ** 3 * rows * columns * parts * innerRounds * u.groups * u.iterations,
  });
}

const memoryOf = {
  copy: (atOnce: number) => times(atOnce, (k) => `y[i + ${k}u * stride] = v${k};`),
  // Written only if the sum is one that noise does not have.
  read: (atOnce: number) => `sum += ${times(atOnce, (k) => `v${k}`, ' + ')};`,
};

/**
 * Memory alone: neighbouring invocations touch neighbouring vec4f, each with `atOnce` loads under way. `count` is a multiple of
 * `groups * memoryGroup * atOnce`. Reading is what decode does with its weights.
 */
export function memoryKernel(kind: keyof typeof memoryOf, atOnce: number): CopyKernel {
  return defineKernel({
    name: `${kind}, ${atOnce} at once`,
    source: `${head('count: u32')}
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let stride = params.groups * WORKGROUP_SIZE;
  var sum = vec4f();
  for (var i = id.x; i < params.count; i += ${atOnce}u * stride) {
    ${times(atOnce, (k) => `let v${k} = x[i + ${k}u * stride];`)}
    ${memoryOf[kind](atOnce)}
  }
  if (sum.x > 1e30) { y[id.x] = sum; }
}`,
    bindings: [
      { name: 'x', access: 'read', shape: 'vec4f [count]' },
      { name: 'y', access: 'read_write', shape: 'vec4f [count]' },
    ],
    uniforms: [
      { name: 'groups', type: 'u32' },
      { name: 'count', type: 'u32' },
    ],
    overrides: { WORKGROUP_SIZE: memoryGroup },
    shapes: {},
    grid: (u) => [u.groups, 1, 1],
    flops: (u) => u.count,
  });
}
