// `npm run needle`: hides a number at evenly spread depths of generated prose, asks for it, and reports recall and exact answers.
import {
  needleDocuments,
  scoreNeedle,
  summariseNeedles,
  type Needle,
  type NeedleScore,
} from '@longread/eval';
import { adapterKinds, type AdapterKind } from '@longread/browser';
import {
  createProgressBars,
  note,
  parse,
  parseChoice,
  parseCount,
  type ProgressBars,
} from '@longread/command';
import { runInBrowser, type BrowserWork } from '@longread/driver';
import { openTokenizer } from '@longread/models';

const usage = `Usage: npm run needle -- [options]
Hides numbers in generated prose, evenly over its depth, and asks for each.
  --tokens N         length of each document (default 8192)
  --samples N        numbers to hide and ask for (default 10)
  --documents N      documents they are hidden in; those of one document distract from each other, and it is read
                     only once (default one document each)
  --gather N         tokens gathered and recomputed for the answer (default 1024)
  --model PATH|URL   another GGUF model file
  --adapter A        software or system (default: system where there is one)
  --json             print one JSON object on standard output: recall, exact, samples
  --help             print this`;

const maxNewTokens = 24;

interface NeedleCommand {
  readonly tokens: number;
  readonly samples: number;
  readonly documents: number | undefined;
  readonly gather: number;
  readonly model: string | undefined;
  readonly adapter: AdapterKind | undefined;
  readonly json: boolean;
}

function parseNeedle(args: readonly string[]): NeedleCommand | undefined {
  const { values } = parse(usage, {
    args: [...args],
    options: {
      tokens: { type: 'string' },
      samples: { type: 'string' },
      documents: { type: 'string' },
      gather: { type: 'string' },
      model: { type: 'string' },
      adapter: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  return {
    tokens: parseCount('--tokens', values.tokens, usage) ?? 8192,
    samples: parseCount('--samples', values.samples, usage) ?? 10,
    documents: parseCount('--documents', values.documents, usage),
    gather: parseCount('--gather', values.gather, usage) ?? 1024,
    model: values.model,
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, usage),
    json: values.json ?? false,
  };
}

async function askFor(
  { session }: BrowserWork,
  { question, depth, ...needle }: Needle,
  gatherSize: number,
): Promise<{ score: NeedleScore; detail: string }> {
  const { text, evidence } = await session.call('ask', question, { maxNewTokens, gather: { gatherSize } });
  const score = scoreNeedle(text, evidence, needle);
  const verdict = score.exact ? 'exact' : `not ${needle.answer}`;
  const detail = `depth ${depth.toFixed(2)}, recall ${score.recall.toFixed(2)}, ${verdict}: ${JSON.stringify(text)}`;
  return { score, detail };
}

async function runAll(command: NeedleCommand, work: BrowserWork, bars: ProgressBars): Promise<NeedleScore[]> {
  const info = await work.session.call('info');
  note(`Adapter: ${info.adapter} (${work.adapter.how})`);
  await work.session.call('check', 'Which number?', { maxNewTokens, gather: { gatherSize: command.gather } });
  const tokenizer = await openTokenizer(work.modelPath);
  const documents = needleDocuments({
    samples: command.samples,
    ...(command.documents !== undefined && { documents: command.documents }),
    tokens: command.tokens,
    countTokens: (text) => tokenizer.encodeText(text).length,
  });
  const startedAt = performance.now();
  const scores: NeedleScore[] = [];
  for (const { text, needles, seed } of documents) {
    await work.session.call('ingest', { text, title: `Needles ${seed}`, reuse: false });
    for (const needle of needles) {
      const { score, detail } = await askFor(work, needle, command.gather);
      scores.push(score);
      bars.stop();
      const leftMs = ((performance.now() - startedAt) / scores.length) * (command.samples - scores.length);
      note(`${scores.length}/${command.samples} ${detail} (${Math.ceil(leftMs / 60_000)} min left)`);
    }
    await work.session.call('forget');
  }
  return scores;
}

/** Runs the command; throws UsageError or a typed error. */
export async function needle(args: readonly string[]): Promise<void> {
  const command = parseNeedle(args);
  if (command === undefined) return;
  const bars = createProgressBars();
  const run = { model: command.model, adapter: command.adapter, profile: '', onProgress: bars.update };
  const scores = await runInBrowser(run, (work) => runAll(command, work, bars)).finally(bars.stop);
  const summary = summariseNeedles(scores);
  const text = `recall ${summary.recall.toFixed(3)}, exact answers ${summary.exact} of ${summary.samples}`;
  process.stdout.write(`${command.json ? JSON.stringify(summary) : text}\n`);
}
