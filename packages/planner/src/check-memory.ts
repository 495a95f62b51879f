// Whether a device has what a memory plan needs.
import { LimitExceededError } from '@longread/core';
import type { MemoryPlan } from './memory.ts';

/**
 * Compares a plan with the device's limits.
 *
 * @throws LimitExceededError naming the first item whose largest buffer is too big, need, limit and what to change.
 */
export function checkMemory(
  plan: MemoryPlan,
  limits: { readonly maxBufferSize: number; readonly maxStorageBufferBindingSize: number },
): void {
  const names = ['maxStorageBufferBindingSize', 'maxBufferSize'] as const;
  for (const { name, largestBindingBytes: need, remedy } of plan.items) {
    for (const limitName of names) {
      const limit = limits[limitName];
      if (need <= limit) continue;
      throw new LimitExceededError(
        `The largest buffer of the ${name} needs ${need} bytes, but this device's ${limitName} is ${limit}. To go on, ${remedy}.`,
        { item: name, need, limit, limitName },
      );
    }
  }
}
