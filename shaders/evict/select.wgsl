// evict/select: flags[g, j] = 1 for the entries that stay: the `recent` newest, and of the rest those with the highest sums
// dispatch  a workgroup per sixteen entries and KV head, whose lanes share the others to count their ranks against: no sort, and one barrier
// needs     sums >= 0; ties go to the lower index
//
// Sums are compared by their bits: the same order for what is not negative, and a total one, so that never more than `keep`
// entries stay (compact writes that many), even should a sum be a NaN.

// Of sixteen entries, four a vector.
struct Sixteen {
  a: vec4u,
  b: vec4u,
  c: vec4u,
  d: vec4u,
}

// What each lane has counted.
var<workgroup> counts: array<array<vec4u, 4>, WORKGROUP_SIZE>;

const four_places = vec4u(0u, 1u, 2u, 3u);

// Entries past the end are read as the last one: they have no flag.
fn sums_of(row: u32, entries: vec4u) -> vec4u {
  let at = row + min(entries, vec4u(params.num_entries - 1u));
  return vec4u(sums[at.x], sums[at.y], sums[at.z], sums[at.w]);
}

fn store(row: u32, entry: u32, stays: bool) {
  if (entry < params.num_entries) {
    flags[row + entry] = u32(stays);
  }
}

// What one sum, of a lower entry or a higher one, adds to the ranks of sixteen.
fn counted(count: Sixteen, mine: Sixteen, sum: u32, is_lower: bool) -> Sixteen {
  let theirs = vec4u(sum);
  let ties = vec4<bool>(is_lower);
  return Sixteen(
    count.a + vec4u((theirs > mine.a) | ((theirs == mine.a) & ties)),
    count.b + vec4u((theirs > mine.b) | ((theirs == mine.b) & ties)),
    count.c + vec4u((theirs > mine.c) | ((theirs == mine.c) & ties)),
    count.d + vec4u((theirs > mine.d) | ((theirs == mine.d) & ties)),
  );
}

// Of a lane's share of the entries start .. end - 1. Four are loaded before any is compared: no compiler is relied on for it.
fn counted_all(so_far: Sixteen, mine: Sixteen, row: u32, start: u32, end: u32, is_lower: bool) -> Sixteen {
  var count = so_far;
  var other = start;
  for (; other + 3u * WORKGROUP_SIZE < end; other += 4u * WORKGROUP_SIZE) {
    let at = row + other;
    let a = sums[at];
    let b = sums[at + WORKGROUP_SIZE];
    let c = sums[at + 2u * WORKGROUP_SIZE];
    let d = sums[at + 3u * WORKGROUP_SIZE];
    count = counted(count, mine, a, is_lower);
    count = counted(count, mine, b, is_lower);
    count = counted(count, mine, c, is_lower);
    count = counted(count, mine, d, is_lower);
  }
  for (; other < end; other += WORKGROUP_SIZE) {
    count = counted(count, mine, sums[row + other], is_lower);
  }
  return count;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * params.capacity;
  let first = 16u * group.x;
  let behind = first + 16u;
  let recent = min(params.recent, params.keep);
  // Of no more than there is room for, all stay.
  let num_old = select(params.num_entries - min(recent, params.num_entries), 0u, params.num_entries <= params.keep);
  let a = first + four_places;
  let b = a + 4u;
  let c = a + 8u;
  let d = a + 12u;
  let mine = Sixteen(sums_of(row, a), sums_of(row, b), sums_of(row, c), sums_of(row, d));
  var count = counted_all(Sixteen(), mine, row, lane, min(first, num_old), true);
  count = counted_all(count, mine, row, behind + lane, num_old, false);
  for (var other = first + lane; other < min(behind, num_old); other += WORKGROUP_SIZE) {
    let theirs = vec4u(sums[row + other]);
    let it = vec4u(other);
    count.a += vec4u((theirs > mine.a) | ((theirs == mine.a) & (it < a)));
    count.b += vec4u((theirs > mine.b) | ((theirs == mine.b) & (it < b)));
    count.c += vec4u((theirs > mine.c) | ((theirs == mine.c) & (it < c)));
    count.d += vec4u((theirs > mine.d) | ((theirs == mine.d) & (it < d)));
  }
  counts[lane] = array<vec4u, 4>(count.a, count.b, count.c, count.d);
  workgroupBarrier();
  // Four entries a lane.
  for (var four = lane; four < 4u; four += WORKGROUP_SIZE) {
    var rank = vec4u();
    for (var i = 0u; i < WORKGROUP_SIZE; i++) {
      rank += counts[i][four];
    }
    let entry = first + 4u * four;
    let stays = (rank < vec4u(params.keep - recent)) | (entry + four_places >= vec4u(num_old));
    store(row, entry, stays.x);
    store(row, entry + 1u, stays.y);
    store(row, entry + 2u, stays.z);
    store(row, entry + 3u, stays.w);
  }
}
