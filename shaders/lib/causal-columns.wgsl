// lib/causal-columns: what a causal convolution sees of its channels: the columns that are carried, then those of the pass, four channels each
// needs     params.length; `carried`; fn channels(): vectors of a column; fn column(token, at): vector `at` of a token's column

// Vector `at` of column `index` of [carried ++ the pass].
fn column_of(index: u32, at: u32) -> vec4f {
  let before = params.length - 1u;
  if (index < before) {
    return carried[index * channels() + at];
  }
  return column(index - before, at);
}
