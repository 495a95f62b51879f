// The memory driver, which tests in Node use, passes the same suite as the browser's (idb.gpu.test.ts).
import { describeConformance } from './testing/conformance/index.ts';
import { memoryOrigin } from './testing/memory-driver.ts';

describeConformance(() => {
  const origin = memoryOrigin();
  return {
    open: () => origin.open(),
    stealLocks: () => {
      origin.stealLocks();
      return Promise.resolve();
    },
    clear: () => Promise.resolve(),
  };
});
