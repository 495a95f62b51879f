// Runs a pack here as on the machine that it is for: an empty environment, no network; and, where this is root, neither the checkout nor
// the system's Node. The adapter is this machine's own; without a GPU, Mesa lavapipe.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note, rootFolder } from '@longread/command';

/**
 * Hides what is not there, then becomes the script in an environment of its own; a machine without a network still has itself.
 * Arguments: checkout and Node where they can be hidden, script, mode and steps in one, then the environment.
 */
const bare = `
ip link set lo up
if [ -n "$1" ]; then
  mount --bind /dev/null "$2"
  mount -t tmpfs none "$1"
fi
script=$3 mode=$4
shift 4
cd /
exec env -i PATH=/usr/bin:/bin HOME=/nonexistent "$@" bash "$script" $mode
`;

/** A software adapter compiles and computes for minutes what a GPU does in seconds: that is no hang. */
const graceSeconds = 240;
/** Of what is taken apart by kernel: an eighth of what it is there. */
const profileTokens = 128;
/** What run.sh ends with when nothing failed and time was too short for all. */
const cutShort = 3;

/** Files of a trip at most: machines are lent that hand back no more. */
const maxFiles = 8;

export interface Rehearsal {
  /** For all steps of a trip together. */
  readonly seconds: number;
  /** Only these steps of the mode; empty: all. */
  readonly steps: readonly string[];
  /** Of the book that mode model reads. */
  readonly tokens: number;
  /** Whether the packed Vulkan loader is tried, whatever this system has. */
  readonly ownLoader: boolean;
}

/**
 * A trip packs into a folder of the rehearsal's, which is gone when the next one does.
 * @returns whether nothing failed; what time was too short for is told, and is no failure.
 */
export async function rehearse<T extends { readonly out: string; readonly mode: string }>(
  trips: readonly T[],
  packTrip: (trip: T) => Promise<void>,
  rehearsal: Rehearsal,
): Promise<boolean> {
  const place = await mkdtemp(join(tmpdir(), 'longread-rehearsal-'));
  const summaries: string[] = [];
  let numFailed = 0;
  try {
    for (const trip of trips) {
      const out = join(place, 'pack');
      await packTrip({ ...trip, out });
      const code = await runBare(place, trip.mode, rehearsal);
      const folder = join(place, trip.mode);
      const fault = await faultOf(folder);
      if (fault !== undefined) note(fault);
      if ((code !== 0 && code !== cutShort) || fault !== undefined) numFailed++;
      summaries.push(await lastLine(join(folder, 'log.txt')));
      await rm(out, { recursive: true });
    }
    note(
      `Rehearsal: ${trips.length - numFailed} of ${trips.length} trips without a failure. ${summaries.join('. ')}`,
    );
    return numFailed === 0;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function runBare(
  place: string,
  mode: string,
  { seconds, steps, tokens, ownLoader }: Rehearsal,
): Promise<number | null> {
  const isRoot = process.getuid?.() === 0;
  const hidden = isRoot ? [rootFolder, process.execPath] : ['', ''];
  const environment = {
    OUT: join(place, mode),
    LONGREAD_WORK: join(place, 'work'),
    LONGREAD_SECONDS: seconds,
    LONGREAD_GRACE: graceSeconds,
    LONGREAD_TOKENS: tokens,
    LONGREAD_PROFILE: profileTokens,
    ...(ownLoader ? { LONGREAD_OWN_LOADER: 1 } : {}),
    ...(process.env.LONGREAD_DAWN === undefined ? {} : { LONGREAD_DAWN: process.env.LONGREAD_DAWN }),
  };
  const child = spawn(
    'unshare',
    [
      isRoot ? '-mn' : '-rn',
      'bash',
      '-euc',
      bare,
      '_',
      ...hidden,
      join(place, 'pack', 'run.sh'),
      [mode, ...steps].join(' '),
      ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

/** Of run.sh, in its log: the counts. */
async function lastLine(path: string): Promise<string> {
  const log = await readFile(path, 'utf8').catch(() => 'no log');
  return log.trimEnd().split('\n').at(-1) ?? '';
}

/** What is wrong with a trip's results. */
async function faultOf(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((): string[] => []);
  const results = names.filter((name) => name.endsWith('.json'));
  if (results.length < 2) return `There are only ${results.length} results.`;
  if (names.length > maxFiles)
    return `${names.length} files are more than ${maxFiles}, which is what some machines hand back.`;
  for (const name of results) {
    const { header } = JSON.parse(await readFile(join(folder, name), 'utf8')) as {
      readonly header?: { readonly adapter?: object; readonly commit?: string; readonly date?: string };
    };
    if (header?.adapter === undefined || header.commit === undefined || header.date === undefined)
      return `${name} does not say where and when it was measured.`;
  }
  return undefined;
}
