// CPU twin of activation.wgsl: SiLU (Elfwing et al., arXiv 1702.03118), and GELU by tanh (Hendrycks & Gimpel, arXiv 1606.08415).

/** The activation of override `code`. */
export function activate(v: number, code: number): number {
  if (code === 0) return v / (1 + Math.exp(-v));
  return 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
}
