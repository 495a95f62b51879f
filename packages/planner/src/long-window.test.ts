// What a long window costs: nothing before a question needs it.
import { describe, expect, test } from 'vitest';
import { calibrationFor } from './calibration.ts';
import { checkMemory } from './check-memory.ts';
import {
  decodeMemory,
  engineMemory,
  keysOf,
  planMemory,
  usualDecodeMemory,
  type MemoryItem,
} from './memory.ts';
import { defaultReadSettings } from './read-settings.ts';
import { smolLm2 } from './testing.ts';

const read = defaultReadSettings(smolLm2, calibrationFor('00', smolLm2));

describe('a window of 262,144 tokens', () => {
  const config = { ...smolLm2, numHeads: 32, numKvHeads: 8, headDim: 128, contextLength: 262_144 };
  const room = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 };
  const atLoad = [...engineMemory(config, [], read), usualDecodeMemory(config)];
  const bytesOf = (items: readonly MemoryItem[]) => planMemory(items).totalBytes;

  test('takes no more at load than one of 8,192', () => {
    const short = { ...config, contextLength: 8192 };
    expect(bytesOf(atLoad)).toBe(bytesOf([...engineMemory(short, [], read), usualDecodeMemory(short)]));
    expect(bytesOf(atLoad)).toBeLessThan(320e6);
    checkMemory(planMemory(atLoad), room);
  });

  test('is used as far as a question asks for it', () => {
    const decode = decodeMemory(config, 100_000);
    expect(keysOf([...atLoad, decode])).toBe(100_096);
    expect(keysOf([usualDecodeMemory({ ...config, contextLength: 512 })])).toBe(512);
    const held = engineMemory(config, [], read, keysOf([decode]));
    const check = () => checkMemory(planMemory(held), room);
    expect(check).toThrow('The largest buffer of the activations');
    expect(check).toThrow('lower gatherSize or maxNewTokens');
  });
});
