// Decode matrix-vector product of quantised weights, written for few loads: the choice of a software adapter.
import { defineKernel, foldGrid, groupsFor } from '../kernel.ts';
import masked from '../lib/masked-columns.wgsl?raw';
import shared from '../lib/matvec-quad.wgsl?raw';
import quad from '../lib/quad-subgroups.wgsl?raw';
import { matvec } from '../matvec/matvec.ts';
import source from './matvec-quad.wgsl?raw';

export const matvecQuad = defineKernel({
  ...matvec,
  name: 'matvec-quad',
  features: ['subgroups'],
  source: quad + masked + shared + source,
  overrides: { WEIGHT_FORMAT: 3, GROUP_SIZE: 32, WORKGROUP_SIZE: 4 },
  shapes: { in_features: { multipleOf: 32 }, WEIGHT_FORMAT: { min: 2 }, WORKGROUP_SIZE: { multipleOf: 4 } },
  grid: (u, o) => foldGrid(groupsFor(u.out_features, 8 * o.WORKGROUP_SIZE)),
});
