// lib/packed-rows: a row of keys or values as int16 with one scale: head_dim / 8 vectors of words, then one whose x is the scale's bits
//
// Word j of vector i holds element 8 i + j in its low half and element 8 i + 4 + j in its high one. A high half is read together with
// the low one below it, as the fraction that it then is: packing rounds for that, and reading saves a mask. Elements come 65,536 times
// too large, which is in the scale.
// Half the words of f32, and a two-hundredth of f16's error: a software adapter's time goes into loads, a GPU's into bytes.

fn low_elements(words: vec4u) -> vec4f {
  return vec4f(vec4i(words * 65536u)); // not a shift: a software adapter takes those lane by lane
}

fn high_elements(words: vec4u) -> vec4f {
  return vec4f(vec4i(words));
}

// Vectors of a row.
fn row_vectors(head_dim: u32) -> u32 {
  return head_dim / 8u + 1u;
}

// Of a row whose largest element is `most`.
fn scale_of(most: f32) -> f32 {
  return max(most, 1.0e-25) / 32767.0;
}

fn packed_elements(low: vec4f, high: vec4f, scale: f32) -> vec4u {
  let halves = bitcast<vec4u>(vec4i(round(low / scale))) & vec4u(0xffffu);
  // From -32,768 up, since a low half is less than one.
  let above = round(high / scale - vec4f(halves) / 65536.0);
  return halves | (bitcast<vec4u>(vec4i(above)) << vec4u(16u));
}

fn packed_scale(scale: f32) -> vec4u {
  return vec4u(bitcast<u32>(scale / 65536.0), 0u, 0u, 0u);
}
