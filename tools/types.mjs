// Type-checks the workspace, one program for each set of types that code may see, two at a time: pure packages know no platform,
// shaders know Vite's imports, the engine a worker's world, pages the browser's, and commands and tests all of it and Node's.
// tsconfig.json only names them, for editors and lint. Prints the errors; exit code 1 when there are any.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const cacheFolder = join(root, '.cache', 'longread', 'types');
const parallel = 2;

/** The longest first. */
const programs = [
  'tsconfig.node.json',
  'tsconfig.page.json',
  'tsconfig.worker.json',
  'tsconfig.shaders.json',
  'tsconfig.pure.json',
];

/** @param {string} program @returns {Promise<boolean>} */
function check(program) {
  const cache = join(cacheFolder, `${program}.tsbuildinfo`);
  const args = [compiler, '-p', program, '--incremental', '--tsBuildInfoFile', cache];
  return new Promise((resolve) => {
    spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }).on('close', (code) => resolve(code === 0));
  });
}

let failures = 0;
async function work() {
  for (let program = programs.shift(); program !== undefined; program = programs.shift())
    if (!(await check(program))) failures++;
}
await Promise.all(Array.from({ length: parallel }, work));
process.exitCode = failures > 0 ? 1 : 0;
