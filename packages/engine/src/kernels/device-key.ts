// What identifies a device in the store of tunings.
import type { Gpu } from '@longread/gpu';

export function deviceKey({ facts }: Pick<Gpu, 'facts'>): string {
  return [facts.adapter, ...facts.features, `subgroups of ${facts.subgroupSize}`].join(', ');
}
