// Which of the products of small matrices that an adapter has kernels can use. Still an experiment of Chromium's, and in no type yet.
import type { KernelFeature } from '@longread/shaders';

/** What a device is asked for where an adapter has matrices that kernels can use. */
export const subgroupMatrixFeature = 'chromium-experimental-subgroup-matrix' as GPUFeatureName;

const f16: KernelFeature = 'subgroup-matrix-f16-16x16x16';
const wanted = { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 } as const;

/** Lanes that kernels count on: all subgroups of the adapter must have as many. */
const lanes = 32;

/** The features of kernels that the adapter's matrices give: none without f16, or where the size of a subgroup varies. */
export function subgroupMatricesOf({
  features,
  info,
}: Pick<GPUAdapter, 'features' | 'info'>): readonly KernelFeature[] {
  if (!features.has(subgroupMatrixFeature) || !features.has('shader-f16')) return [];
  if (info.subgroupMinSize !== lanes || info.subgroupMaxSize !== lanes) return [];
  const configs: unknown = Reflect.get(info, 'subgroupMatrixConfigs');
  return Array.isArray(configs) && configs.some(isWanted) ? [f16] : [];
}

function isWanted(config: unknown): boolean {
  if (typeof config !== 'object' || config === null) return false;
  return Object.entries(wanted).every(([name, value]) => Reflect.get(config, name) === value);
}
