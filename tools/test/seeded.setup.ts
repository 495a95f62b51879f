// Every property is tried on the same examples in every run, so that a change fails by what it changed. Another seed: LONGREAD_SEED=7.
import fc from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of all examples that properties are tried on. */
    seed: number;
  }
}

fc.configureGlobal({ seed: inject('seed') });
