// Every operation and kernel there is, for what concerns all of them: reflection, the self-test, the sizes that load accepts, the
// version that choices are kept under.
import type { KernelSpec } from './kernel.ts';
import type { Operation } from './operation.ts';
import * as operations from './operations.ts';

export const allOperations: readonly Operation[] = Object.values(operations);

export const allKernels: readonly KernelSpec[] = allOperations.flatMap(({ bodies }) => Object.values(bodies));

/** For every operation of a pass the body that runs on every device: what these cannot do, nothing can. */
export const plainBodies: readonly KernelSpec[] = allOperations.flatMap(({ bodies }) => bodies.plain ?? []);
