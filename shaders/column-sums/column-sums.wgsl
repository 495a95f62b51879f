// column-sums: sums[g, j] += sum over the tile's rows and the group's query heads of the softmax probability on key j (H2O, arXiv 2306.14048)
// bindings  0 params uniform | 1 s [num_heads, tile_rows, key_stride] f32 read (exp, unnormalised) | 2 factors [num_heads, tile_rows] f32 read
//           3 sums [num_kv_heads, capacity] f32 read and write
// dispatch  one invocation per four keys and KV head
// needs     capacity a multiple of 4; twin: column-sums.ref.ts; tolerance class: reduction-f32

struct Params {
  num_tokens: u32,
  num_keys: u32,
  num_kv_heads: u32,
  group_size: u32,
  capacity: u32,
  tile_rows: u32,
  key_stride: u32,
}

override WORKGROUP_SIZE: u32 = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> s: array<vec4f>;
@group(0) @binding(2) var<storage, read> factors: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x * 4u >= params.num_keys) {
    return;
  }
  var sum = vec4f();
  for (var i = 0u; i < params.group_size; i++) {
    let first = (id.y * params.group_size + i) * params.tile_rows;
    for (var row = first; row < first + params.num_tokens; row++) {
      sum = fma(s[row * params.key_stride / 4u + id.x], vec4f(factors[row]), sum);
    }
  }
  sums[id.y * params.capacity / 4u + id.x] += sum;
}
