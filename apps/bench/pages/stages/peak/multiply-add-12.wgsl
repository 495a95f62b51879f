// multiply-add-12: twelve scalar accumulators an invocation and 1,024 steps an iteration: a processor with 16 vector registers holds them all.
// bindings  0 params uniform | 1 y f32 [invocations] write, so that no compiler drops the work
// override  WORKGROUP_SIZE | uniform: iterations, factor, addend (chosen so that values stay finite)
// dispatch  grid = [groups, 1, 1]
// Measured on a software adapter beside multiply-add's 13 (GFLOP/s): this 75; 8 steps a round instead of 16 55, 32 steps 83; 8 accumulators 54.

struct Params {
  groups: u32,
  iterations: u32,
  factor: f32,
  addend: f32,
}

override WORKGROUP_SIZE: u32 = 64u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

struct Twelve {
  a: f32,
  b: f32,
  c: f32,
  d: f32,
  e: f32,
  f: f32,
  g: f32,
  h: f32,
  i: f32,
  j: f32,
  k: f32,
  l: f32,
}

fn step(x: Twelve, m: f32, n: f32) -> Twelve {
  return Twelve(
    fma(x.a, m, n), fma(x.b, m, n), fma(x.c, m, n), fma(x.d, m, n),
    fma(x.e, m, n), fma(x.f, m, n), fma(x.g, m, n), fma(x.h, m, n),
    fma(x.i, m, n), fma(x.j, m, n), fma(x.k, m, n), fma(x.l, m, n),
  );
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let m = params.factor;
  let n = params.addend;
  let x = f32(id.x);
  var all = Twelve(x, x + 1.0, x + 2.0, x + 3.0, x + 4.0, x + 5.0, x + 6.0, x + 7.0, x + 8.0, x + 9.0, x + 10.0, x + 11.0);
  for (var i = 0u; i < params.iterations; i++) {
    // A bound that is no constant would take a register, and with it half the speed.
    for (var j = 0u; j < 64u; j++) {
      let after4 = step(step(step(step(all, m, n), m, n), m, n), m, n);
      let after8 = step(step(step(step(after4, m, n), m, n), m, n), m, n);
      let after12 = step(step(step(step(after8, m, n), m, n), m, n), m, n);
      all = step(step(step(step(after12, m, n), m, n), m, n), m, n);
    }
  }
  y[id.x] = all.a + all.b + all.c + all.d + all.e + all.f + all.g + all.h + all.i + all.j + all.k + all.l;
}
