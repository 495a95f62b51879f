// evict/compact: writes the flagged entries, in order, as the next compressed cache: unrotated keys, values and sums
// dispatch  a workgroup per 32 entries and KV head, whose lanes share the counting of the flags before those, and the copying
// needs     at most `budget` flags a head
//
// A row, one entry's key or value of a head, is rounded as it enters: to whole numbers of 20 bits times a power of two that follows from
// its largest magnitude. That is what a stored state holds of it (docs/storage-format.md). Rounded again it stays, bit for bit, and one
// that was kept before is copied as it is. All by bits and by products with powers of two: the same on every device.

// Of an entry that does not stay.
const nowhere = 0xffffffffu;

// Flags that each lane has counted before the 32, and where each of them goes.
var<workgroup> counts: array<u32, WORKGROUP_SIZE>;
var<workgroup> slots: array<u32, 32>;
// Of the key and the value of each that enters: the exponent of the scale, 1 .. 236, as it stands in an f32.
var<workgroup> exponents: array<u32, 64>;

// Magnitudes by their bits; 0 of what is below the least normal number, as devices may have it, and of what is not finite.
fn magnitudes(bits: vec4u) -> vec4u {
  let all = bits & vec4u(0x7fffffffu);
  return select(vec4u(), all, (all >= vec4u(0x00800000u)) & (all < vec4u(0x7f800000u)));
}

// Of the `size` fours from `start` on. The largest then is 2^18 to 2^19 times the scale, and no multiple of it falls below the least normal number.
fn exponent_of(start: u32, size: u32) -> u32 {
  var peaks = vec4u();
  for (var d = 0u; d < size; d++) {
    peaks = max(peaks, magnitudes(qkv[start + d]));
  }
  let peak = max(max(peaks.x, peaks.y), max(peaks.z, peaks.w));
  return max(peak >> 23u, 19u) - 18u;
}

// What is not finite becomes one NaN.
fn rounded(bits: vec4u, exponent: u32) -> vec4u {
  let scale = bitcast<f32>(exponent << 23u);
  let inverse = bitcast<f32>((254u - exponent) << 23u);
  let values = bitcast<vec4f>(magnitudes(bits) | (bits & vec4u(0x80000000u)));
  // By way of integers, so that there is one zero.
  let quants = clamp(vec4i(round(values * inverse)), vec4i(-524287), vec4i(524287));
  let is_finite = (bits & vec4u(0x7f800000u)) != vec4u(0x7f800000u);
  return select(vec4u(0x7fc00000u), bitcast<vec4u>(vec4f(quants) * scale), is_finite);
}

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
  for (var i = lane; i < 2u * num_here; i += WORKGROUP_SIZE) {
    let it = first + i / 2u;
    if (slots[i / 2u] != nowhere && it >= params.num_slots) {
      let row_head = params.num_heads + (i % 2u) * params.num_kv_heads + head;
      exponents[i] = exponent_of((it - params.num_slots) * stride + row_head * size, size);
    }
  }
  workgroupBarrier();
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
        next_kv[to + d] = rounded(qkv[source + d], exponents[2u * i]);
        next_kv[plane + to + d] = rounded(qkv[source + params.num_kv_heads * size + d], exponents[2u * i + 1u]);
      }
    }
  }
}
