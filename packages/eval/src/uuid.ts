// Random 128-bit identifiers in their usual five groups.
import type { Random } from '@longread/core';

/** 32 hexadecimal digits by seed: no version bits, two never alike in practice. */
export function randomUuid(random: Random): string {
  const groups = [8, 4, 4, 4, 12].map((length) =>
    Array.from({ length }, () => '0123456789abcdef'[random.below(16)]).join(''),
  );
  return groups.join('-');
}
