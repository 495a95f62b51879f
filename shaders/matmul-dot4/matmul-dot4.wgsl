// matmul-dot4: matmul of integers: y[t, out_offset + n] (+)= sum over groups of scales times the int32 product of int8 x and weights
// bindings  0 params uniform | 1 quants, 2 scales: lib/weights.wgsl | 3 x: what quantize-inputs writes | 4 y: lib/matmul.wgsl
// override  WORKGROUP_SIZE | WEIGHT_FORMAT 2 int8 or 3 int4, GROUP_SIZE 32 or 16
// dispatch  one invocation per 4 outputs, for 16 tokens: grid = [ceil(out / 4 / WORKGROUP_SIZE), ceil(tokens / 16), 1]
// needs     in_features a multiple of 32; what matmul needs of outputs; twin: matmul-dot4.ref.ts; tolerance class: reduction-f32
//
// GFLOP/s at M 128, K 576, N 960, int4, beside matmul: 1.7 of 6.6 on Chromium's software adapter, 7.1 of 11.0 on lavapipe. NMSE of
// a product against f32 inputs, uniform random x: 1.4e-5 at N x K of 960 x 576, 3072 x 576 and 576 x 1536.

override WORKGROUP_SIZE: u32 = 64u;

@group(0) @binding(3) var<storage, read> x: array<u32>;

// Sixteen columns of four outputs: int8 words, and what a product of integers is scaled by and shifted with.
struct Weights {
  words: array<vec4u, 4>,
  scale: vec4f,
  minimum: vec4f,
}

// Columns 0 to 3 of eight nibbles as the bytes of a word.
fn bytes_of(word: u32) -> u32 {
  let pairs = ((word & 0xff00u) << 8u) | (word & 0xffu);
  return (pairs | (pairs << 4u)) & 0x0f0f0f0fu;
}

fn weights16(output: u32, column: u32) -> Weights {
  var result: Weights;
  for (var i = 0u; i < 4u; i++) {
    // Rows past the end are read as the last one; their results are never stored.
    let row = params.weight_row + min(output + i, params.out_features - 1u);
    let element = row * params.in_features + column;
    let scale = scales[element / GROUP_SIZE];
    if (WEIGHT_FORMAT == 3u) {
      let low = quants[element / 8u];
      let high = quants[element / 8u + 1u];
      let pair = unpack2x16float(scale);
      result.words[i] = vec4u(bytes_of(low), bytes_of(low >> 16u), bytes_of(high), bytes_of(high >> 16u));
      result.scale[i] = pair.x;
      result.minimum[i] = pair.y;
    } else {
      let word = element / 4u;
      result.words[i] = vec4u(quants[word], quants[word + 1u], quants[word + 2u], quants[word + 3u]);
      result.scale[i] = bitcast<f32>(scale);
    }
  }
  return result;
}

fn product(weights: vec4u, inputs: vec4u) -> f32 {
  return f32(
    dot4I8Packed(weights.x, inputs.x) + dot4I8Packed(weights.y, inputs.y)
    + dot4I8Packed(weights.z, inputs.z) + dot4I8Packed(weights.w, inputs.w),
  );
}

// One token's part of four outputs. `half` is 0 or 1: which sixteen columns of the group.
fn outputs4(token: u32, group: u32, half: u32, w: Weights) -> vec4f {
  let last = params.first_token + params.num_tokens - 1u;
  let at = (min(token, last) * (params.in_features / 32u) + group) * 10u;
  let from_word = at + 4u * half;
  let words = vec4u(x[from_word], x[from_word + 1u], x[from_word + 2u], x[from_word + 3u]);
  let scale = bitcast<f32>(x[at + 8u]);
  let sum = f32(extractBits(bitcast<i32>(x[at + 9u]), 16u * half, 16u));
  let products = vec4f(
    product(w.words[0], words), product(w.words[1], words), product(w.words[2], words), product(w.words[3], words),
  );
  return scale * fma(w.scale, products, w.minimum * sum);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x * 4u;
  let t = params.first_token + id.y * 16u;
  if (n >= params.out_features) {
    return;
  }
  // A loop over tokens, not sixteen calls: a device without the instruction expands each dot product into dozens, and sixteen
  // tokens of them took a software adapter's compiler half a minute.
  var sums: array<vec4f, 16>;
  for (var part = 0u; part < params.in_features / 16u; part++) {
    let w = weights16(n, 16u * part);
    for (var i = 0u; i < 16u; i++) {
      sums[i] += outputs4(t + i, part / 2u, part % 2u, w);
    }
  }
  for (var i = 0u; i < 16u; i += 4u) {
    store(t + i, n, mat4x4f(sums[i], sums[i + 1u], sums[i + 2u], sums[i + 3u]));
  }
}
