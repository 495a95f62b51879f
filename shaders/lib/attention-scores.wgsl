// attention-scores: the uniforms of the kernels with ../attention-scores's signature.
// bindings  0 params uniform

struct Params {
  first_token: u32,
  num_tokens: u32,
  num_slots: u32,
  num_heads: u32,
  group_size: u32,
  head_dim: u32,
  capacity: u32,
  tile_rows: u32,
  key_stride: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
