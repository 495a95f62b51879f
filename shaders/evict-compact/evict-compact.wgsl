// evict-compact: writes the flagged entries, in order, as the next compressed cache: unrotated keys, values and sums
// bindings  0 params uniform | 1 flags [num_kv_heads, capacity] u32 read | 2 sums [num_kv_heads, capacity] f32 read
//           3 kept_kv [2, num_kv_heads, budget, head_dim] f32 read (keys, then values): entries 0 .. num_slots - 1
//           4 qkv [*, (num_heads + 2 num_kv_heads) * head_dim] f32 read: entries num_slots .. num_entries - 1
//           5 next_kv like kept_kv, write | 6 next_sums [num_kv_heads, budget] f32 write
// dispatch  one invocation per entry and KV head
// needs     head_dim a multiple of 4; at most `budget` flags a head; twin: evict-compact.ref.ts; tolerance class: exact

struct Params {
  num_entries: u32,
  num_slots: u32,
  num_heads: u32,
  num_kv_heads: u32,
  head_dim: u32,
  capacity: u32,
  budget: u32,
}

override WORKGROUP_SIZE: u32 = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> flags: array<u32>;
@group(0) @binding(2) var<storage, read> sums: array<f32>;
@group(0) @binding(3) var<storage, read> kept_kv: array<vec4f>;
@group(0) @binding(4) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> next_kv: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> next_sums: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let entry = id.x;
  let head = id.y;
  if (entry >= params.num_entries) {
    return;
  }
  let row = head * params.capacity;
  if (flags[row + entry] == 0u) {
    return;
  }
  var slot = 0u;
  for (var before = 0u; before < entry; before++) {
    slot += flags[row + before];
  }
  next_sums[head * params.budget + slot] = sums[row + entry];
  let size = params.head_dim / 4u;
  let plane = params.num_kv_heads * params.budget * size;
  let to = (head * params.budget + slot) * size;
  if (entry < params.num_slots) {
    let source = (head * params.budget + entry) * size;
    for (var d = 0u; d < size; d++) {
      next_kv[to + d] = kept_kv[source + d];
      next_kv[plane + to + d] = kept_kv[plane + source + d];
    }
  } else {
    let stride = (params.num_heads + 2u * params.num_kv_heads) * size;
    let source = (entry - params.num_slots) * stride + (params.num_heads + head) * size;
    for (var d = 0u; d < size; d++) {
      next_kv[to + d] = qkv[source + d];
      next_kv[plane + to + d] = qkv[source + params.num_kv_heads * size + d];
    }
  }
}
