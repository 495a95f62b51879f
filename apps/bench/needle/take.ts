// Takes a run's samples, one after the other, and goes on where a kept run stopped.
import type { LongreadError } from '@longread/core';
import type { BrowserWork } from '@longread/driver';
import { scoreNeedle, type Needle, type NeedleDocument } from '@longread/eval';
import { timed } from '../command/rows/timed.ts';
import { withSample, type KeptSample, type NeedleRun } from './kept.ts';

type Pages = Pick<BrowserWork['session'], 'call'>;

const optionsOf = ({ settings }: NeedleRun) => ({
  maxNewTokens: settings.maxNewTokens,
  gather: { gatherSize: settings.gather },
});

async function takeSample(
  { call }: Pages,
  { question, depth, ...needle }: Needle,
  options: ReturnType<typeof optionsOf>,
  readMs: number,
): Promise<KeptSample> {
  const { ms, value } = await timed(call('ask', question, options));
  const { recall, exact } = scoreNeedle(value.text, value.gathered, needle);
  return { depth, question, expected: needle.answer, answer: value.text, recall, exact, readMs, askMs: ms };
}

/** Yields the run after each of its samples; those that it has are passed over, and a document without others is not read. */
export async function* takeSamples(
  run: NeedleRun,
  { call }: Pages,
  texts: readonly NeedleDocument[],
): AsyncGenerator<NeedleRun> {
  const options = optionsOf(run);
  await call('check', 'Which number?', options);
  let toSkip = run.samples.length;
  for (const { text, needles, seed } of texts) {
    const wanted = needles.slice(toSkip);
    toSkip = Math.max(0, toSkip - needles.length);
    if (wanted.length === 0) continue;
    const { ms } = await timed(call('ingest', { text, title: `Needles ${seed}`, reuse: false }));
    for (const needle of wanted) {
      const sample = await takeSample({ call }, needle, options, ms);
      run = withSample(run, sample, new Date().toISOString());
      yield run;
    }
    await call('forget');
  }
}

/** The run as it ended with an error. */
export function stopped(run: NeedleRun, error: LongreadError): NeedleRun {
  const header = { ...run.header, date: new Date().toISOString() };
  if (error.code === 'Aborted') return { ...run, header, state: 'cancelled' };
  return { ...run, header, state: 'refused', reason: `${error.code}: ${error.message}` };
}
