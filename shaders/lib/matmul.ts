// The signature that every prefill matmul variant has, so that any of them can stand in for another.
export const matmulSignature = {
  bindings: [
    { name: 'quants', access: 'read', shape: 'u32 canonical layout [*, in_features]' },
    { name: 'scales', access: 'read', shape: 'u32 canonical layout' },
    { name: 'x', access: 'read', shape: 'f32 [*, in_features]' },
    { name: 'y', access: 'read_write', shape: 'f32 [*, out_stride]' },
  ],
  uniforms: [
    { name: 'first_token', type: 'u32' },
    { name: 'num_tokens', type: 'u32' },
    { name: 'in_features', type: 'u32' },
    { name: 'out_features', type: 'u32' },
    { name: 'weight_row', type: 'u32' },
    { name: 'out_offset', type: 'u32' },
    { name: 'out_stride', type: 'u32' },
    { name: 'accumulate', type: 'u32' },
  ],
  flops: (u: {
    readonly num_tokens: number;
    readonly in_features: number;
    readonly out_features: number;
  }): number => 2 * u.num_tokens * u.in_features * u.out_features,
} as const;
