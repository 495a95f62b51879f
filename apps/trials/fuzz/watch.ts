// Watches the worker that runs the inputs: one that takes too long is a hang, a worker that dies an uncaught error; either way a
// fresh worker goes on with the next input.
import { Worker } from 'node:worker_threads';
import type { InputReport, InputResult } from './run-inputs.ts';

export interface Finding {
  readonly input: number;
  readonly result: InputResult | 'hang';
  readonly what: string;
  readonly detail: string;
}

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Time limit of one input. */
  readonly limitMs: number;
  readonly onInput: (done: number) => void;
}

/** What came of every input. */
export async function fuzz({ inputs, seed, limitMs, onInput }: FuzzOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  while (findings.length < inputs) {
    const first = findings.length;
    await runWorker({ seed, first, end: inputs }, limitMs, (finding) => {
      findings.push(finding);
      onInput(findings.length);
    });
    if (findings.length === first) throw new Error(`the worker ended without trying input ${first}`);
  }
  return findings;
}

/** Resolves when the worker has ended: all is done, or its last input hung or broke it. */
function runWorker(
  workerData: { readonly seed: number; readonly first: number; readonly end: number },
  limitMs: number,
  onFinding: (finding: Finding) => void,
): Promise<void> {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData });
  let running: { readonly input: number; readonly what: string; readonly timer: NodeJS.Timeout } | undefined;
  const settle = (result: Finding['result'], detail: string): void => {
    if (running === undefined) return;
    clearTimeout(running.timer);
    const { input, what } = running;
    running = undefined;
    onFinding({ input, result, what, detail });
  };
  const onHang = (): void => {
    settle('hang', `it took more than ${limitMs} ms`);
    void worker.terminate();
  };
  worker.on('message', (report: InputReport) => {
    if (report.kind === 'started') running = { ...report, timer: setTimeout(onHang, limitMs) };
    else settle(report.result, report.detail);
  });
  return new Promise((resolve, reject) => {
    worker.on('error', (error) => {
      if (running === undefined) reject(error);
      settle('uncaught', error.stack ?? error.message);
    });
    worker.on('exit', (code) => {
      settle('uncaught', `the worker ended with code ${code}`);
      resolve();
    });
  });
}
