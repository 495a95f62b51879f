// The TypeScript face of weights.wgsl: the override values that select a canonical layout.
import type { WeightFormat, WeightLayout } from '@longread/core';

const formatCodes: Readonly<Record<WeightFormat, number>> = {
  f32: 0,
  f16: 1,
  int8: 2,
  int4: 3,
  'int8-min': 4,
};

/** Overrides that make a kernel read `layout`. */
export function weightOverrides(layout: Pick<WeightLayout, 'format' | 'groupSize'>): {
  readonly WEIGHT_FORMAT: number;
  readonly GROUP_SIZE: number;
} {
  return { WEIGHT_FORMAT: formatCodes[layout.format], GROUP_SIZE: layout.groupSize };
}
