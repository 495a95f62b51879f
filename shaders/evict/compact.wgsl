// evict/compact: writes the flagged entries, in order, as the next compressed cache: unrotated keys, values and sums
// dispatch  a workgroup per 32 entries and KV head, whose lanes share the counting of the flags before those, and the copying
// needs     at most `budget` flags a head

// Of an entry that does not stay.
const nowhere = 0xffffffffu;

// Flags that each lane has counted before the 32, and where each of them goes.
var<workgroup> counts: array<u32, WORKGROUP_SIZE>;
var<workgroup> slots: array<u32, 32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let head = group.y;
  let first = 32u * group.x;
  let num_here = min(32u, params.num_entries - first);
  let row = head * params.capacity;
  // Four at once: no compiler is relied on for it.
  var count = 0u;
  var entry = lane;
  for (; entry + 3u * WORKGROUP_SIZE < first; entry += 4u * WORKGROUP_SIZE) {
    let at = row + entry;
    count += flags[at] + flags[at + WORKGROUP_SIZE] + flags[at + 2u * WORKGROUP_SIZE] + flags[at + 3u * WORKGROUP_SIZE];
  }
  for (; entry < first; entry += WORKGROUP_SIZE) {
    count += flags[row + entry];
  }
  counts[lane] = count;
  workgroupBarrier();
  for (var i = lane; i < num_here; i += WORKGROUP_SIZE) {
    var slot = 0u;
    for (var other = 0u; other < WORKGROUP_SIZE; other++) {
      slot += counts[other];
    }
    for (var before = first; before < first + i; before++) {
      slot += flags[row + before];
    }
    let is_kept = flags[row + first + i] != 0u;
    slots[i] = select(nowhere, slot, is_kept);
    if (is_kept) {
      next_sums[head * params.budget + slot] = sums[row + first + i];
    }
  }
  workgroupBarrier();
  let size = params.head_dim / 4u;
  let plane = params.num_kv_heads * params.budget * size;
  let stride = (params.num_heads + 2u * params.num_kv_heads) * size;
  // As many entries at once as there are lanes for; of long heads one.
  let at_once = max(1u, WORKGROUP_SIZE / size);
  let mine = lane / size;
  for (var i = select(num_here, mine, mine < at_once); i < num_here; i += at_once) {
    if (slots[i] == nowhere) {
      continue;
    }
    let it = first + i;
    let to = (head * params.budget + slots[i]) * size;
    if (it < params.num_slots) {
      let source = (head * params.budget + it) * size;
      for (var d = lane % size; d < size; d += WORKGROUP_SIZE) {
        next_kv[to + d] = kept_kv[source + d];
        next_kv[plane + to + d] = kept_kv[plane + source + d];
      }
    } else {
      let source = (it - params.num_slots) * stride + (params.num_heads + head) * size;
      for (var d = lane % size; d < size; d += WORKGROUP_SIZE) {
        next_kv[to + d] = qkv[source + d];
        next_kv[plane + to + d] = qkv[source + params.num_kv_heads * size + d];
      }
    }
  }
}
