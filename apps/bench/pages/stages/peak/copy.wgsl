// copy: what the device's memory gives at most, reading and writing. Neighbouring invocations touch neighbouring vec4s.
// bindings  0 params uniform | 1 x f32x4 [count] read | 2 y like x, write
// override  WORKGROUP_SIZE | uniform: count, groups
// dispatch  grid = [groups, 1, 1], each invocation strides over the buffer

struct Params {
  count: u32,
  groups: u32,
}

override WORKGROUP_SIZE: u32 = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let stride = params.groups * WORKGROUP_SIZE;
  for (var i = id.x; i < params.count; i += stride) {
    y[i] = x[i];
  }
}
