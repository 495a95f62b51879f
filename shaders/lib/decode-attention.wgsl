// decode-attention: what the kernels of decode attention share: uniforms and bindings.
// bindings  0 params uniform | 1 q, 2 packed, 3 partial: as ../decode-attention

struct Params {
  num_keys: u32,
  group_size: u32,
  head_dim: u32,
  capacity: u32,
  num_splits: u32,
  num_kv_heads: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<vec4f>;
@group(0) @binding(2) var<storage, read> packed: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> partial: array<vec4f>;

// A score below all others.
const lowest = -3.0e38;
