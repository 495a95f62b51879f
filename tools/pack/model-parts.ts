// A model file for a machine that takes less at a time than it holds: compressed, then cut in two.
import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compress } from './tools.ts';

export type Part = '1/2' | '2/2';

/** What the tools may take of a trip beside the first part: about 29 MiB, and the loader's libraries. */
const toolsBytes = 31 * 1024 * 1024;

/**
 * Writes `model.part1`, `model.part2` or (without `part`) both into `out`, and their sum of bytes beside them. Where the cut lies
 * depends on the room alone, so that either part can be packed without the other.
 */
export async function packModel(
  model: string,
  part: Part | undefined,
  roomBytes: number,
  out: string,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'longread-model-'));
  try {
    const packed = join(scratch, 'packed.xz');
    // Quantised weights hardly shrink: the fastest level gains as much as the others.
    await compress(model, packed, 0);
    const { size } = await stat(packed);
    const cut = Math.min(size, Math.max(0, roomBytes - toolsBytes));
    if (part !== '2/2') await copyRange(packed, 0, cut, join(out, 'model.part1'));
    if (part !== '1/2') await copyRange(packed, cut, size, join(out, 'model.part2'));
    await writeFile(join(out, 'model.size'), `${size}\n`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function copyRange(source: string, from: number, to: number, target: string): Promise<void> {
  const file = await open(source);
  try {
    await writeFile(
      target,
      file.createReadStream({ start: from, end: Math.max(from, to - 1), autoClose: false }),
    );
  } finally {
    await file.close();
  }
}
