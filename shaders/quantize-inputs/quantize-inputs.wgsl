// quantize-inputs: x as matmul-dot4 reads it: groups of 32 columns, each eight words of int8, the scale, and the sums of its halves
// bindings  0 params uniform | 1 x [*, in_features] f32 read | 2 packed [*, in_features / 32, 10] u32 write
// override  WORKGROUP_SIZE
// dispatch  one invocation per group of a token, tokens first_token .. first_token + num_tokens - 1; folded over y
// needs     in_features a multiple of 32; twin: quantize-inputs.ref.ts; tolerance class: exact away from halves

struct Params {
  first_token: u32,
  num_tokens: u32,
  in_features: u32,
}

override WORKGROUP_SIZE: u32 = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> packed: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let per_token = params.in_features / 32u;
  let index = (group.y * groups.x + group.x) * WORKGROUP_SIZE + lane;
  if (index >= params.num_tokens * per_token) {
    return;
  }
  let run = params.first_token * per_token + index;
  var most = vec4f();
  for (var i = 0u; i < 8u; i++) {
    most = max(most, abs(x[8u * run + i]));
  }
  let scale = max(max(max(most.x, most.y), max(most.z, most.w)), 1.0e-30) / 127.0;
  var sums = vec2i();
  for (var i = 0u; i < 8u; i++) {
    let q = vec4i(clamp(round(x[8u * run + i] / scale), vec4f(-127.0), vec4f(127.0)));
    packed[10u * run + i] = pack4xI8(q);
    sums[i / 4u] += q.x + q.y + q.z + q.w;
  }
  packed[10u * run + 8u] = bitcast<u32>(scale);
  // At most 16 * 127 each: two's complement in 16 bits.
  packed[10u * run + 9u] = (bitcast<u32>(sums.x) & 0xffffu) | (bitcast<u32>(sums.y) << 16u);
}
