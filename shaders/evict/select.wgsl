// evict/select: flags[g, j] = 1 for the entries that stay: the `recent` newest, and of the rest those with the highest sums
// dispatch  one invocation per entry and KV head; an entry's rank is counted against all others, so there is no barrier and no sort
// needs     sums >= 0; ties go to the lower index
//
// Sums are compared by their bits: the same order for what is not negative, and a total one, so that never more than `keep`
// entries stay (compact writes that many), even should a sum be a NaN.

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
