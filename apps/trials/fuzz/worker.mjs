// A worker thread for inputs: sets up TypeScript, runs the range it was given, and posts what happens.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { runInputs } = await import('./run-inputs.ts');
await runInputs(workerData, (report) => parentPort?.postMessage(report));
