// sample/penalise: the repetition penalty, in place: divides positive logits and multiplies negative ones, each id's once

// Ids from `first` up to `end` among the first history_size; the first occurrence of an id does it.
fn penalise(first: u32, end: u32, lane: u32) {
  for (var i = lane; i < params.history_size; i += WORKGROUP_SIZE) {
    let id = history[i];
    var is_first = id >= first && id < end;
    for (var before = 0u; before < i && is_first; before++) {
      is_first = history[before] != id;
    }
    if (is_first) {
      let logit = logits[id];
      logits[id] = select(logit * params.repetition_penalty, logit / params.repetition_penalty, logit > 0.0);
    }
  }
}
