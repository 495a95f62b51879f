import { describe, expect, it } from 'vitest';
import { AbortedError, InvalidInputError } from '@longread/core';
import type { PageCall } from '@longread/driver';
import type { NeedleDocument } from '@longread/eval';
import type { NeedleRun } from './kept.ts';
import { stopped, takeSamples } from './take.ts';

const needle = (answer: string, depth: number) => ({
  depth,
  question: `Which, at ${depth}?`,
  answer,
  start: 0,
  end: 10,
});
/** Two needles in the first document, one in the second. */
const texts: NeedleDocument[] = [
  { seed: 0, text: 'first', numTokens: 5, needles: [needle('1', 0.2), needle('2', 0.8)] },
  { seed: 1, text: 'second', numTokens: 5, needles: [needle('3', 0.5)] },
];
const fresh: NeedleRun = {
  header: { adapter: 'soft', browser: '1', flags: [], cores: 2, commit: 'abc', date: 'then' },
  settings: {
    tokens: 5,
    samples: 3,
    documents: 2,
    gather: 4,
    maxNewTokens: 24,
    model: 'm',
    modelSha256: '00',
  },
  sourceHash: '',
  documentsHash: '',
  state: 'running',
  samples: [],
};

/** A page whose engine finds every needle and answers with 3; `calls` tells what it was asked. */
function page(failing?: { readonly call: string; readonly error: Error }) {
  const calls: string[] = [];
  const call = (name: string, first: string | { readonly text: string } = '') => {
    calls.push(`${name} ${typeof first === 'object' ? first.text : first}`.trim());
    if (failing !== undefined && calls.at(-1) === failing.call) return Promise.reject(failing.error);
    return Promise.resolve({ text: '3', gathered: [{ start: 0, end: 10 }] });
  };
  return { calls, call: call as unknown as PageCall };
}

async function last(run: NeedleRun, pages: { readonly call: PageCall }): Promise<NeedleRun> {
  for await (run of takeSamples(run, pages, texts));
  return run;
}

describe('takeSamples', () => {
  it('reads each document once, asks for its needles, and forgets it', async () => {
    const pages = page();
    const run = await last(fresh, pages);
    expect(pages.calls).toEqual([
      'check Which number?',
      'ingest first',
      'ask Which, at 0.2?',
      'ask Which, at 0.8?',
      'forget',
      'ingest second',
      'ask Which, at 0.5?',
      'forget',
    ]);
    expect(run.state).toBe('complete');
    expect(run.samples.map(({ expected, exact, recall }) => [expected, exact, recall])).toEqual([
      ['1', false, 1],
      ['2', false, 1],
      ['3', true, 1],
    ]);
  });

  it.each([
    [1, ['ingest first', 'ask Which, at 0.8?', 'forget', 'ingest second', 'ask Which, at 0.5?', 'forget']],
    [2, ['ingest second', 'ask Which, at 0.5?', 'forget']],
  ])('goes on after %i samples and reads no document without others', async (count, calls) => {
    const whole = await last(fresh, page());
    const pages = page();
    const run = await last({ ...fresh, samples: whole.samples.slice(0, count) }, pages);
    expect(pages.calls.slice(1)).toEqual(calls);
    expect(run.samples.map(({ depth }) => depth)).toEqual([0.2, 0.8, 0.5]);
    expect(run.state).toBe('complete');
  });

  it('hands out each sample before the next is taken', async () => {
    const error = new AbortedError('Cancelled.');
    const taken: number[] = [];
    const samples = async () => {
      const pages = page({ call: 'ask Which, at 0.8?', error });
      for await (const run of takeSamples(fresh, pages, texts)) taken.push(run.samples.length);
    };
    await expect(samples()).rejects.toBe(error);
    expect(taken).toEqual([1]);
  });
});

describe('stopped', () => {
  it('tells a cancelled run from a refused one', () => {
    expect(stopped(fresh, new AbortedError('Cancelled.')).state).toBe('cancelled');
    const refused = stopped(fresh, new InvalidInputError('gatherSize is 9.', { value: 9 }));
    expect(refused).toMatchObject({ state: 'refused', reason: 'InvalidInput: gatherSize is 9.' });
    expect(refused.header.date).not.toBe('then');
  });
});
