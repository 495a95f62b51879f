// Type-checks every project of the workspace, two at a time: each package against its own tsconfig (pure ones cannot name GPU
// or DOM types), then tests and commands against the root's. Prints the errors; exit code 1 when there are any.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const cacheFolder = join(root, '.cache', 'longread', 'types');
const parallel = 2;

/** @param {string} folder */
const subfolders = (folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);

/** Pages are projects of their own within an app: they have the browser's types and not Node's. */
const pages = ['apps/bench/pages', 'apps/trials/faults/page', 'apps/trials/fuzz/page'];

const projects = [
  ...subfolders('packages'),
  'shaders',
  ...subfolders('apps'),
  ...pages,
  'e2e',
  'tools',
  '.',
].filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));

/** @param {string} project @returns {Promise<boolean>} */
function check(project) {
  const cache = join(cacheFolder, `${project.replaceAll('/', '-')}.tsbuildinfo`);
  const args = [compiler, '-p', project, '--incremental', '--tsBuildInfoFile', cache];
  return new Promise((resolve) => {
    spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }).on('close', (code) => resolve(code === 0));
  });
}

let failures = 0;
async function work() {
  for (let project = projects.shift(); project !== undefined; project = projects.shift())
    if (!(await check(project))) failures++;
}
await Promise.all(Array.from({ length: parallel }, work));
process.exitCode = failures > 0 ? 1 : 0;
