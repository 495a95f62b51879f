// `npm run pack:gpu`: one folder that runs the kernels' tests and the benchmark's stages on a Linux machine with a GPU driver, and
// without network, Node or checkout there.
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  createSetUpNotes,
  note,
  parse,
  parseCount,
  rootFolder,
  userPath,
  UsageError,
} from '@longread/command';
import { findModelFile } from '@longread/models';
import { packEval } from './eval-data.ts';
import { packModel, type Part } from './model-parts.ts';
import { rehearse } from './rehearse.ts';
import { folderBytes, packTools } from './tools.ts';

const usage = `Usage: npm run pack:gpu -- [options]
Packs the kernels' tests, the benchmark's stages, Node and Dawn into one folder of about 29 MiB for an x86-64 Linux machine with a GPU
driver. There: OUT=results bash .gpu/run.sh quick|full|model|eval. See docs/gpu.md.
  --out DIR         the folder to fill; what it holds is deleted first (default .gpu)
  --lib FILE        a .deb or .so to take along, such as the Vulkan loader's; may be given several times
  --model FILE|URL  take a model file along, for run.sh model; 'default' for the default one
  --part N/2        half of it: the first fills what --room leaves beside the tools, the second goes without tools
  --eval=OPTIONS    take questions along, for run.sh eval: the options of npm run eval in one word, such as '--table --documents 1';
                    --out FILE among them names answers that are there already; needs --model, goes with its first part
  --room MIB        what one trip carries (default 60)
  --rehearse        pack, then run the pack as there: network, environment, checkout and Node hidden; with --model both trips
  --mode MODE       what to rehearse: quick (default) or full
  --step NAME       rehearse only this step, in all the time; may be given several times
  --seconds N       of a rehearsal's trip (default 540, as there): what begins no more by then is named
  --tokens N        of the book that a rehearsal reads with a model (default 512; there 4096)
  --help            print this`;

const mebi = 1024 * 1024;

function readPart(text: string | undefined): Part | undefined {
  if (text === undefined) return undefined;
  if (text === '1/2' || text === '2/2') return text;
  throw new UsageError(`--part takes 1/2 or 2/2, not '${text}'.`, usage);
}

interface Trip {
  readonly out: string;
  readonly libs: readonly string[];
  readonly model: string | undefined;
  readonly part: Part | undefined;
  readonly roomBytes: number;
  /** Options of the evaluation. */
  readonly questions: string | undefined;
}

async function packTrip({ out, libs, model, part, roomBytes, questions }: Trip): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await copyFile(join(import.meta.dirname, 'run.sh'), join(out, 'run.sh'));
  if (part !== '2/2') await packTools(out, libs);
  if (model !== undefined && questions !== undefined && part !== '2/2') await packEval(questions, model, out);
  if (model !== undefined) await packModel(model, part, roomBytes, out);
  const bytes = await folderBytes(out);
  note(`${basename(out)}: ${(bytes / mebi).toFixed(2)} MiB`);
  if (part !== undefined && bytes > roomBytes)
    note('That is more than --room: give more, or pack fewer libraries.');
}

/** Runs the command. @throws UsageError | NetworkError (model) | Error (a program that failed) */
export async function pack(args: readonly string[]): Promise<void> {
  const { values } = parse(usage, {
    args: [...args],
    options: {
      out: { type: 'string', default: join(rootFolder, '.gpu') },
      lib: { type: 'string', multiple: true, default: [] },
      model: { type: 'string' },
      part: { type: 'string' },
      eval: { type: 'string' },
      room: { type: 'string', default: '60' },
      rehearse: { type: 'boolean' },
      mode: { type: 'string', default: 'quick' },
      step: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: '540' },
      tokens: { type: 'string', default: '512' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const part = readPart(values.part);
  const { mode } = values;
  if (mode !== 'quick' && mode !== 'full')
    throw new UsageError(`--mode takes quick or full, not '${mode}'.`, usage);
  if (part !== undefined && values.model === undefined)
    throw new UsageError('--part is of a model: give --model too.', usage);
  if (values.eval !== undefined && values.model === undefined)
    throw new UsageError("--eval asks a model: give --model too, 'default' for the default one.", usage);
  if (values.rehearse && part !== undefined)
    throw new UsageError('A rehearsal packs both parts itself.', usage);
  const room = parseCount('--room', values.room, usage) ?? 60;
  const named = values.model === 'default' ? undefined : values.model;
  const model = values.model && (await findModelFile(named, createSetUpNotes())).path;
  const trip: Trip = {
    out: userPath(values.out),
    libs: values.lib.map(userPath),
    model,
    part,
    roomBytes: room * mebi,
    questions: values.eval,
  };
  if (!values.rehearse) return packTrip(trip);
  const { step: steps } = values;
  if (steps.length > 0 && model !== undefined)
    throw new UsageError('--step names steps of one trip: leave --model out.', usage);
  const trips: (Trip & { readonly mode: string })[] =
    model === undefined
      ? [{ ...trip, mode }]
      : [
          { ...trip, part: '1/2', mode },
          { ...trip, part: '2/2', mode: values.eval === undefined ? 'model' : 'eval' },
        ];
  const isWhole = await rehearse(trips, packTrip, {
    seconds: parseCount('--seconds', values.seconds, usage) ?? 540,
    tokens: parseCount('--tokens', values.tokens, usage) ?? 512,
    steps,
    ownLoader: trip.libs.length > 0,
  });
  if (!isWhole) process.exitCode = 1;
}
