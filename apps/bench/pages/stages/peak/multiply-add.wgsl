// multiply-add: multiply-adds with eight vec4 accumulators an invocation; nothing is read in the loop. A processor with 16 vector
// registers keeps them on its stack, as it does a matmul's: multiply-add-12.wgsl is what its registers do.
// bindings  0 params uniform | 1 y f32x4 [invocations] write, so that no compiler drops the work
// override  WORKGROUP_SIZE | uniform: iterations, factor, addend (chosen so that values stay finite)
// dispatch  grid = [groups, 1, 1]
// Measured on a software adapter (GFLOP/s): vec4 x 8 13.3, vec4 x 4 24, vec4 x 2 36; vec4 x 16 12.5; written a * b + c 11.5.

struct Params {
  groups: u32,
  iterations: u32,
  factor: f32,
  addend: f32,
}

override WORKGROUP_SIZE: u32 = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let m = vec4f(params.factor);
  let c = vec4f(params.addend);
  var a0 = vec4f(f32(id.x)); var a1 = a0 + 1.0; var a2 = a0 + 2.0; var a3 = a0 + 3.0;
  var a4 = a0 + 4.0; var a5 = a0 + 5.0; var a6 = a0 + 6.0; var a7 = a0 + 7.0;
  for (var i = 0u; i < params.iterations; i++) {
    a0 = fma(a0, m, c); a1 = fma(a1, m, c); a2 = fma(a2, m, c); a3 = fma(a3, m, c);
    a4 = fma(a4, m, c); a5 = fma(a5, m, c); a6 = fma(a6, m, c); a7 = fma(a7, m, c);
  }
  y[id.x] = ((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7));
}
