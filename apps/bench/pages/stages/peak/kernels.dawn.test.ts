// No adapter here runs the peak of subgroup matrices: that Dawn's compiler takes it, and a wrong one not, is what can be shown.
import { compileOnNull } from '@longread/dawn';
import { expect, test } from 'vitest';
import { matrixKernel } from './kernels.ts';

test('the module of subgroup matrices compiles without a word', () => {
  const { source } = matrixKernel();
  const overrides = { WORKGROUP_SIZE: 128 }; // a multiple of the backend's subgroups
  const wrong = source.replace('_left<f16, 16, 16>', '_left<f16, 8, 16>');
  const [right, refused = []] = compileOnNull([
    [source, overrides],
    [wrong, overrides],
  ]);
  expect(right).toEqual([]);
  expect(refused.join('\n')).toMatch(/subgroupMatrixMultiplyAccumulate/);
});
