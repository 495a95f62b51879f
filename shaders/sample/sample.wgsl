// sample: token[0] = argmax of logits (first placeholder of the folder: greedy; lower id wins ties)
struct Params {
  vocab_size: u32,
  history_size: u32,
  temperature: f32,
  top_k: u32,
  top_p: f32,
  min_p: f32,
  repetition_penalty: f32,
  seed: u32,
  step: u32,
}

override WORKGROUP_SIZE: u32 = 32u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> logits: array<f32>;
@group(0) @binding(2) var<storage, read> history: array<u32>;
@group(0) @binding(3) var<storage, read_write> token: array<u32>;

var<workgroup> best_value: array<f32, WORKGROUP_SIZE>;
var<workgroup> best_id: array<u32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) lane: u32) {
  var value = -3.0e38;
  var id = 0u;
  for (var i = lane; i < params.vocab_size; i += WORKGROUP_SIZE) {
    if (logits[i] > value) {
      value = logits[i];
      id = i;
    }
  }
  best_value[lane] = value;
  best_id[lane] = id;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < WORKGROUP_SIZE; i++) {
      if (best_value[i] > value || (best_value[i] == value && best_id[i] < id)) {
        value = best_value[i];
        id = best_id[i];
      }
    }
    token[0] = id;
  }
}
