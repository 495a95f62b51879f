// lib/stored-f16: four values as they are kept in workgroup memory, in half the bytes; arithmetic stays f32.

alias Stored = vec4h;

// Beyond the range of f16 the nearest finite value: an infinity would turn a whole row into NaN.
fn stored(value: vec4f) -> Stored {
  return vec4h(clamp(value, vec4f(-65504.0), vec4f(65504.0)));
}
