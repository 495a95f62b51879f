// matvec: y[out_offset + n] (+)= sum_k x[k] * w[weight_row + n, k], one token
// bindings  0 params uniform | 1 quants, 2 scales (lib/weights.wgsl) | 3 x [in_features] f32 read | 4 y f32 write
// override  ACCUMULATE 1 adds to y (the residual) | WORKGROUP_SIZE
// dispatch  one invocation per output, folded over y above 65,535 groups
// needs     in_features a multiple of 8; twin: ../matmul/matmul.ref.ts with one token; tolerance class: reduction-f32

struct Params {
  in_features: u32,
  out_features: u32,
  weight_row: u32,
  out_offset: u32,
}

override ACCUMULATE: u32 = 0u;
override WORKGROUP_SIZE: u32 = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(3) var<storage, read> x: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let n = (group.y * groups.x + group.x) * WORKGROUP_SIZE + lane;
  if (n >= params.out_features) {
    return;
  }
  var sum = vec4f();
  for (var k = 0u; k < params.in_features; k += 8u) {
    let w = weights8(params.weight_row + n, k, params.in_features);
    sum = fma(w[0], x[k / 4u], sum);
    sum = fma(w[1], x[k / 4u + 1u], sum);
  }
  let result = dot(sum, vec4f(1.0));
  let at = params.out_offset + n;
  if (ACCUMULATE == 1u) {
    y[at] += result;
  } else {
    y[at] = result;
  }
}
