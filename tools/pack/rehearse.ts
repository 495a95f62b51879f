// Runs a pack here as on the machine that it is for: an empty environment, no network; and, where this is root, neither the checkout nor
// the system's Node. The adapter is this machine's own; without a GPU, Mesa lavapipe.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note, rootFolder } from '@longread/command';

/** Hides what is not there, then becomes the script in an environment of its own. Arguments: checkout, Node, work, out, script, mode. */
const bare = `
if [ "$(id -u)" = 0 ] && [ -z "$7" ]; then
  mount --bind /dev/null "$2"
  mount -t tmpfs none "$1"
fi
cd /
exec env -i PATH=/usr/bin:/bin HOME=/nonexistent LONGREAD_WORK="$3" OUT="$4" LONGREAD_SECONDS="$8" LONGREAD_TOKENS=512 bash "$5" "$6"
`;

/** A trip packs into its `out`, which is moved away before it runs, and is gone when the next one does. */
export async function rehearse<T extends { readonly out: string; readonly mode: string }>(
  trips: readonly T[],
  packTrip: (trip: T) => Promise<void>,
): Promise<boolean> {
  const place = await mkdtemp(join(tmpdir(), 'longread-rehearsal-'));
  let isWhole = true;
  try {
    for (const trip of trips) {
      const out = join(place, 'pack');
      await packTrip({ ...trip, out });
      const code = await runBare(place, trip.mode);
      note(`${trip.mode} ended with ${code ?? 'a signal'}`);
      isWhole &&= code === 0 && (await hasResults(join(place, trip.mode)));
      await rm(out, { recursive: true });
    }
    return isWhole;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function runBare(place: string, mode: string): Promise<number | null> {
  const isRoot = process.getuid?.() === 0;
  const script = join(place, 'pack', 'run.sh');
  const hidden = [rootFolder, process.execPath, join(place, 'work'), join(place, mode), script, mode];
  const child = spawn(
    'unshare',
    [
      isRoot ? '-mn' : '-rn',
      'bash',
      '-euc',
      bare,
      '_',
      ...hidden,
      isRoot ? '' : 'user',
      process.env.LONGREAD_SECONDS ?? '570',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

/** Every result says where it was measured. */
async function hasResults(folder: string): Promise<boolean> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const headers = await Promise.all(
    names.map(async (name) => {
      const { header } = JSON.parse(await readFile(join(folder, name), 'utf8')) as {
        readonly header?: { readonly adapter?: object; readonly commit?: string; readonly date?: string };
      };
      return header?.adapter !== undefined && header.commit !== undefined && header.date !== undefined;
    }),
  );
  return headers.length > 1 && headers.every(Boolean);
}
