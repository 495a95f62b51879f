// rope/rotation: which two vectors of a head hold four pairs that rotate together, and these rotated
// override  HALF_PAIRS 1: a vector of either half of what rotates; 0: neighbours | IN_PART 0: all of a head rotates

// Of four pairs: their place in `angles`, and the vectors of the head.
struct Fours {
  turns: bool,
  angle: u32,
  first: u32,
  second: u32,
}

struct Vectors {
  first: vec4f,
  second: vec4f,
}

// Pairs 4 four .. 4 four + 3 of a head at a position.
fn fours_of(four: u32, position: u32) -> Fours {
  let turning = select(params.head_dim / 8u, params.rotary_dim / 8u, IN_PART == 1u);
  let turns = IN_PART == 0u || four < turning;
  let in_halves = HALF_PAIRS == 1u && turns;
  return Fours(
    turns,
    (position * turning + four) * 2u,
    select(2u * four, four, in_halves),
    select(2u * four + 1u, four + turning, in_halves),
  );
}

fn rotated(v: vec4f, w: vec4f, at: Fours) -> Vectors {
  if (!at.turns) {
    return Vectors(v, w);
  }
  let near = angles[at.angle];
  let far = angles[at.angle + 1u];
  let cosines = vec4f(near.xz, far.xz);
  let sines = vec4f(near.yw, far.yw);
  let a = select(vec4f(v.xz, w.xz), v, HALF_PAIRS == 1u);
  let b = select(vec4f(v.yw, w.yw), w, HALF_PAIRS == 1u);
  let c = a * cosines - b * sines;
  let d = a * sines + b * cosines;
  return Vectors(
    select(vec4f(c.x, d.x, c.y, d.y), c, HALF_PAIRS == 1u),
    select(vec4f(c.z, d.z, c.w, d.w), d, HALF_PAIRS == 1u),
  );
}
