// sample/gumbel: standard Gumbel noise from a counter-based hash: the same key gives the same noise, in any order, on any lane.

// pcg3d (Jarzynski and Olano, JCGT 9(3), 2020).
fn hash(key: vec3u) -> u32 {
  var v = key * 1664525u + 1013904223u;
  v.x += v.y * v.z;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v ^= v >> vec3u(16u);
  v.x += v.y * v.z;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  return v.z;
}

// -log(-log(1 - u)) for a uniform u. WGSL's log has an absolute error near 1, where the winners are: small u take the series.
fn gumbel(key: vec3u) -> f32 {
  let u = (f32(hash(key) >> 9u) + 0.5) / 8388608.0;
  let series = u * (1.0 + u * (0.5 + u * (1.0 / 3.0 + u * 0.25)));
  return -log(select(-log(1.0 - u), series, u < 0.03));
}
