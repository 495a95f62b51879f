// A worker thread for inputs: sets up TypeScript, runs the range it was given, and posts what happens.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

// Every browser with WebGPU has it; Node has it from 21 on.
ArrayBuffer.prototype.transfer ??= function transfer(length) {
  return structuredClone(this, { transfer: [this] }).slice(0, length);
};

register();
const { runInputs } = await import('./run-inputs.ts');
await runInputs(workerData, (report) => parentPort?.postMessage(report));
