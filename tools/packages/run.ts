// Runs a program of this package's own dependencies; what it says is told only when it fails.
import { execFile } from 'node:child_process';

export function runProgram(script: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], { cwd, maxBuffer: 2 ** 26 }, (cause, said, complained) => {
      if (cause === null) resolve();
      else reject(new Error(`${script} failed.\n${said}${complained}`, { cause }));
    });
  });
}
