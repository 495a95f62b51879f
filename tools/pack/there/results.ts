// What a step found, one JSON file a step, each with where and of what: a step that hangs loses nothing but itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDawnOptions, type Dawn } from '@longread/dawn';

/** Folders that run.sh names: of results, and of what was packed. */
export const outFolder = process.env.OUT ?? '.';
export const dataFolder = join(process.env.LONGREAD_PACK ?? '.', 'data');

/** How a step ended: `cut` where nothing failed and the time was over before all of it had begun. */
export type Outcome = 'passed' | 'failed' | 'cut';

/** What `pack:gpu` writes into the pack. */
export interface PackNote {
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly packed: string;
}

/** What the adapter has beyond what the header of every result says. */
export async function describeDevice({ gpu }: Dawn): Promise<object> {
  const limits: Record<string, number> = {};
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  for (const limit in adapter?.limits) limits[limit] = Number(Reflect.get(adapter.limits, limit));
  // Of `chromium-experimental-subgroup-matrix`, which needs the toggle allow_unsafe_apis and is in no type yet.
  const matrices: unknown = adapter && Reflect.get(adapter.info, 'subgroupMatrixConfigs');
  const subgroupMatrixConfigs = Array.isArray(matrices) ? matrices.map(plainOf) : [];
  return { limits, wgsl: [...gpu.wgslLanguageFeatures].sort(), subgroupMatrixConfigs };
}

/** What an object of the API says of itself, as JSON can hold it: its values are those of its prototype. */
function plainOf(value: object): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const key in value) plain[key] = Reflect.get(value, key);
  return plain;
}

/** Writes `value` under the header of this machine, replacing what the step wrote before. */
export function writeResult(step: string, { info, options, features }: Dawn, value: object): void {
  const { vendor, architecture, device, description, subgroupMinSize, subgroupMaxSize } = info;
  const pack = JSON.parse(readFileSync(join(dataFolder, 'pack.json'), 'utf8')) as PackNote;
  const header = {
    adapter: { vendor, architecture, device, description, subgroupMinSize, subgroupMaxSize },
    driver: process.env.LONGREAD_DRIVER ?? '',
    features: [...features].sort(),
    dawn: formatDawnOptions(options),
    node: process.versions.node,
    ...pack,
    date: new Date().toISOString(),
  };
  writeFileSync(join(outFolder, `${step}.json`), `${JSON.stringify({ header, ...value }, undefined, 1)}\n`);
}
