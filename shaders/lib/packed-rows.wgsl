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
