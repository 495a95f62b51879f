// CPU twin of quantize-inputs: scale = max|x| / 127 a group of 32, int8 = round(x / scale), sums of both halves as int16.
import { at, type Twin } from '../testing/data.ts';
import type { quantizeInputs } from './quantize-inputs.ts';

export const quantizeInputsTwin: Twin<typeof quantizeInputs> = ({ x, packed }, u) => {
  const perToken = u.in_features / 32;
  const first = u.first_token * perToken;
  for (let group = first; group < first + u.num_tokens * perToken; group++) {
    const values = Array.from({ length: 32 }, (_, i) => at(x, 32 * group + i));
    const scale = Math.fround(Math.max(1e-30, ...values.map(Math.abs)) / 127);
    const quants = values.map((value) => Math.round(value / scale));
    for (let i = 0; i < 8; i++) {
      const [a = 0, b = 0, c = 0, d = 0] = quants.slice(4 * i, 4 * i + 4).map((q) => q & 255);
      packed[10 * group + i] = a | (b << 8) | (c << 16) | (d << 24);
    }
    packed[10 * group + 8] = at(new Uint32Array(new Float32Array([scale]).buffer), 0);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) & 0xffff;
    packed[10 * group + 9] = sum(quants.slice(0, 16)) | (sum(quants.slice(16)) << 16);
  }
};
