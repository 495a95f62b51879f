// unpack-cache: keys, values [.., slot] = what is packed of slots 0 .. num_slots - 1 (lib/packed-rows.wgsl)
// bindings  0 params uniform | 1 packed [2, num_kv_heads, capacity, head_dim / 8 + 1] vec4u read
//           2 keys, 3 values [num_kv_heads, capacity, head_dim] f32 write
// override  WORKGROUP_SIZE
// dispatch  one invocation per eight elements; folded over y
// needs     head_dim a multiple of 8; twin: unpack-cache.ref.ts; tolerance class: elementwise-f32

struct Params {
  num_slots: u32,
  num_kv_heads: u32,
  head_dim: u32,
  capacity: u32,
}

override WORKGROUP_SIZE: u32 = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> packed: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> keys: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> values: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let units = params.head_dim / 8u;
  let index = (group.y * groups.x + group.x) * WORKGROUP_SIZE + lane;
  if (index >= 2u * params.num_kv_heads * params.num_slots * units) {
    return;
  }
  let unit = index % units;
  let slot = index / units % params.num_slots;
  let head = index / units / params.num_slots; // of the keys, then of the values
  let row = (head * params.capacity + slot) * row_vectors(params.head_dim);
  let scale = bitcast<f32>(packed[row + units].x);
  let low = scale * low_elements(packed[row + unit]);
  let high = scale * high_elements(packed[row + unit]);
  if (head < params.num_kv_heads) {
    let to = ((head * params.capacity + slot) * units + unit) * 2u;
    keys[to] = low;
    keys[to + 1u] = high;
  } else {
    let to = (((head - params.num_kv_heads) * params.capacity + slot) * units + unit) * 2u;
    values[to] = low;
    values[to + 1u] = high;
  }
}
