// evict-select: flags[g, j] = 1 for the entries that stay: the `recent` newest, and of the rest those with the highest sums
// bindings  0 params uniform | 1 sums [num_kv_heads, capacity] f32 read | 2 flags [num_kv_heads, capacity] u32 write
// dispatch  one invocation per entry and KV head; an entry's rank is counted against all others, so there is no barrier and no sort
// needs     sums >= 0; ties go to the lower index; twin: evict-select.ref.ts; tolerance class: exact
//
// Sums are compared by their bits: the same order for what is not negative, and a total one, so that never more than `keep`
// entries stay (evict-compact writes that many), even should a sum be a NaN.

struct Params {
  num_entries: u32,
  num_kv_heads: u32,
  capacity: u32,
  keep: u32,
  recent: u32,
}

override WORKGROUP_SIZE: u32 = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sums: array<u32>;
@group(0) @binding(2) var<storage, read_write> flags: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let entry = id.x;
  if (entry >= params.num_entries) {
    return;
  }
  let row = id.y * params.capacity;
  let recent = min(params.recent, params.keep);
  let num_old = params.num_entries - min(recent, params.num_entries);
  if (params.num_entries <= params.keep || entry >= num_old) {
    flags[row + entry] = 1u;
    return;
  }
  let mine = sums[row + entry];
  var rank = 0u;
  for (var other = 0u; other < num_old; other++) {
    let theirs = sums[row + other];
    rank += u32(theirs > mine || (theirs == mine && other < entry));
  }
  flags[row + entry] = u32(rank < params.keep - recent);
}
