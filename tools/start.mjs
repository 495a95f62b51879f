// Entry of `npm run <command>`: plain Node without dependencies. Makes the workspace install current, then runs the TypeScript
// command in this same process. Everything it says goes to standard error.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stampPath = join(root, 'node_modules', '.longread-installed');
const minimumNode = [20, 19];

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [minMajor = 0, minMinor = 0] = minimumNode;
  if (major < minMajor || (major === minMajor && minor < minMinor))
    fail(`Longread needs Node ${minimumNode.join('.')} or later; this is ${process.versions.node}.`);
}

function readStamp() {
  try {
    return readFileSync(stampPath, 'utf8');
  } catch {
    return '';
  }
}

/** Installs with the pnpm that package.json pins, unless the lockfile is the one that was installed last. */
function install() {
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'));
  const stamp = createHash('sha256').update(lockfile).digest('hex');
  if (readStamp() === stamp) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const args = ['install', '--frozen-lockfile', '--ignore-scripts'];
  process.stderr.write('Installing the workspace\n');
  const isWindows = process.platform === 'win32';
  const result = spawnSync('npx', ['--yes', packageManager, ...args], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, npm_config_loglevel: 'error', CI: 'true' },
    shell: isWindows, // npx is a .cmd there
  });
  if (result.status !== 0)
    fail(
      `The workspace could not be installed (npx ${packageManager} ${args.join(' ')}): a network is needed the first time.`,
    );
  writeFileSync(stampPath, stamp);
}

checkNode();
install();
process.env.INIT_CWD ??= process.cwd(); // where the command was typed; npm says so itself
process.chdir(root);
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
