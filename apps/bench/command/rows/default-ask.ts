// What a person waits for who types `npm run ask` and nothing else, and what for the second time; set-up is done.
import { median } from '@longread/core';
import { defaultTokens } from '@longread/command/default-document';
import type { Experiment } from '../experiment.ts';
import { formatNumber } from '../results/report.ts';
import { rowOf } from '../results/row.ts';
import { ask, ingest, openReader } from './reader.ts';
import { timed } from './timed.ts';

/** The command's own default. */
const maxNewTokens = 64;

/** What each step took, seconds. */
type Trial = Readonly<Record<'load' | 'read' | 'answer' | 'loadAgain' | 'open' | 'answerAgain', number>>;

export const defaultAsk: Experiment = {
  needsBrowser: 'the engine is driven in a page',
  rows: {
    'ask-s': `what \`npm run ask\` takes: loading and tuning, reading ${defaultTokens} tokens of the novel, answering`,
    'ask-again-s': 'the second time: loading, opening the stored document, answering',
    'open-stored-s': 'opening that document, part of the second time',
  },
  run: async (bench) => {
    const trials: Trial[] = [];
    for (let i = 0; i < bench.repeats(1); i++) {
      const reader = await openReader(bench, null);
      const take = async (work: Promise<unknown>) => (await timed(work)).ms / 1000;
      trials.push({
        load: await take(reader.restart()),
        read: await take(ingest(reader, defaultTokens)),
        answer: await take(ask(reader, maxNewTokens)),
        loadAgain: await take(reader.restart()),
        open: await take(reader.call('reopen')),
        answerAgain: await take(ask(reader, maxNewTokens)),
      });
      await bench.closePages();
    }
    const of = (part: keyof Trial) => `${formatNumber(median(trials.map((trial) => trial[part])))} s`;
    const first = `${of('load')} of loading and tuning, ${of('read')} of reading, ${of('answer')} of answering`;
    const again = `${of('loadAgain')} of loading, ${of('open')} of opening, ${of('answerAgain')} of answering`;
    const sums = (...parts: readonly (keyof Trial)[]) =>
      trials.map((trial) => parts.reduce((sum, part) => sum + trial[part], 0));
    return [
      rowOf('ask-s', 's', sums('load', 'read', 'answer'), { against: first }),
      rowOf('ask-again-s', 's', sums('loadAgain', 'open', 'answerAgain'), { against: again }),
      rowOf('open-stored-s', 's', sums('open'), { against: 'the model loaded, in a new engine' }),
    ];
  },
};
