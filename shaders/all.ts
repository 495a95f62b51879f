// Every kernel there is, for what concerns all of them: reflection, the self-test, the version that choices are kept under.
import * as shaders from './index.ts';
import type { KernelSpec } from './kernel.ts';

export const allKernels: readonly KernelSpec[] = Object.values<unknown>(shaders).filter(isKernel);

function isKernel(value: unknown): value is KernelSpec {
  return typeof value === 'object' && value !== null && 'source' in value && 'bindings' in value;
}
