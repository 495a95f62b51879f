// Decode matrix-vector product with coalesced loads: a workgroup's lanes split rows between them and add up by subgroup.
import { defineKernel, foldGrid, groupsFor } from '../kernel.ts';
import shared from '../lib/matvec.wgsl?raw';
import weights from '../lib/weights.wgsl?raw';
import { matvec } from '../matvec/matvec.ts';
import source from './matvec-subgroup.wgsl?raw';

export const matvecSubgroup = defineKernel({
  ...matvec,
  name: 'matvec-subgroup',
  features: ['subgroups'],
  source: source + shared + weights,
  overrides: { WORKGROUP_SIZE: 32, WEIGHT_FORMAT: 0, GROUP_SIZE: 32 },
  shapes: { in_features: { multipleOf: 8 } },
  grid: (u) => foldGrid(groupsFor(u.out_features, 4)),
});
