// The command line of `npm run ask`: what is to be done, and that nothing typed is passed over without a word.
import { adapterKinds, type AdapterKind } from '@longread/browser/flags';
import { parse, parseChoice, parseCount, UsageError } from '@longread/command';
import { defaultGather, defaultTokens } from '@longread/command/default-document';
import {
  presetNames,
  strategyNames,
  weightKinds,
  type PresetName,
  type StrategyName,
  type WeightKind,
} from '@longread/core';
import { help, hint } from './ask-help.ts';
import type { NamedFiles } from './document-file.ts';
import { readPositionals, readQuestion, type Positionals } from './positionals.ts';

/** What is read: files (none for the default document), or documents that are stored, by id or title, several as one; or all of those. */
export type NamedSource = NamedFiles | { readonly stored: readonly string[] | 'all' };

export interface Questions {
  readonly question: string;
  readonly followUps: readonly string[];
  readonly tokens: number | undefined;
  /** How deep the document is read; undefined for the engine's default. */
  readonly preset: PresetName | undefined;
  readonly gather: number | undefined;
  /** Undefined for the engine's default. */
  readonly maxNew: number | undefined;
  readonly thinking: boolean;
  readonly strategy: StrategyName;
}

interface Engine {
  readonly model: string | undefined;
  readonly weights: WeightKind | undefined;
  readonly adapter: AdapterKind | undefined;
  readonly json: boolean;
}

export interface AskQuestions extends Engine, Questions {
  readonly kind: 'ask';
  readonly source: NamedSource;
}

/** What needs a model. */
export type AskCommand = AskQuestions | (Engine & { readonly kind: 'tune-table' });

/** Needs no model, nor a browser. */
export interface ModelsCommand {
  readonly kind: 'list-models';
}

/** What is done with stored documents, without asking. */
export type StoreCommand =
  | { readonly kind: 'list'; readonly json: boolean }
  | { readonly kind: 'delete'; readonly named: string; readonly json: boolean }
  | { readonly kind: 'export'; readonly named: string; readonly file: string; readonly force: boolean }
  | { readonly kind: 'import'; readonly file: string; readonly json: boolean };

const options = {
  title: { type: 'string' },
  tokens: { type: 'string' },
  document: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  'follow-up': { type: 'string', multiple: true },
  preset: { type: 'string' },
  gather: { type: 'string' },
  'max-new': { type: 'string' },
  thinking: { type: 'boolean' },
  strategy: { type: 'string' },
  model: { type: 'string' },
  weights: { type: 'string' },
  adapter: { type: 'string' },
  'tune-table': { type: 'boolean' },
  'list-models': { type: 'boolean' },
  list: { type: 'boolean' },
  delete: { type: 'string' },
  export: { type: 'string' },
  import: { type: 'string' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<
  typeof parse<{ options: typeof options; args: string[]; allowPositionals: true }>
>['values'];
type Option = keyof typeof options;

const engineOptions = ['model', 'weights', 'adapter', 'json'] as const;

type Action = 'list' | 'delete' | 'export' | 'import' | 'tune-table' | 'list-models';

/** What each action takes beside itself. */
const taken: Readonly<Record<Action, readonly Option[]>> = {
  list: ['json'],
  delete: ['json'],
  export: ['force'],
  import: ['json'],
  'tune-table': engineOptions,
  'list-models': [],
};

const fail = (message: string): never => {
  throw new UsageError(message, hint);
};

/** Reads the arguments; undefined after `--help`, which prints the help. @throws UsageError */
export function parseAsk(args: readonly string[]): AskCommand | StoreCommand | ModelsCommand | undefined {
  const { values, positionals } = parse(hint, { args: [...args], allowPositionals: true, options });
  if (values.help) {
    process.stdout.write(help);
    return undefined;
  }
  const given = Object.keys(options).filter((name) => values[name as Option] !== undefined) as Option[];
  const action = (Object.keys(taken) as (keyof typeof taken)[]).find((name) => given.includes(name));
  if (action === undefined) return parseQuestions(values, positionals);
  const other = given.find((name) => name !== action && !taken[action].includes(name));
  if (other !== undefined) return fail(`--${action} and --${other} do not go together.`);
  const [file = '', more] = positionals;
  if (action === 'export' && file === '')
    return fail('Say where to: --export DOCUMENT FILE, or - for standard output.');
  const left = action === 'export' ? more : positionals[0];
  if (left !== undefined) return fail(`--${action} does nothing with '${left}'.`);
  const named = nonEmpty(action, values[action]);
  const json = values.json ?? false;
  switch (action) {
    case 'list':
      return { kind: 'list', json };
    case 'delete':
      return { kind: 'delete', named, json };
    case 'export':
      return { kind: 'export', named, file, force: values.force ?? false };
    case 'import':
      return { kind: 'import', file: named, json };
    case 'tune-table':
      return { kind: 'tune-table', ...engineOf(values) };
    case 'list-models':
      return { kind: 'list-models' };
  }
}

function nonEmpty(option: string, value: string | boolean | undefined): string {
  return value === '' ? fail(`--${option} is empty.`) : String(value);
}

function engineOf(values: Values): Engine {
  return {
    model: values.model,
    weights: parseChoice('--weights', values.weights, weightKinds, hint),
    adapter: parseChoice('--adapter', values.adapter, adapterKinds, hint),
    json: values.json ?? false,
  };
}

function sourceOf(values: Values, positionals: readonly string[]): Positionals & { source: NamedSource } {
  const { document: named = [], all = false, title } = values;
  if (all && named.length > 0) fail('--all asks every document: leave --document out.');
  if (!all && named.length === 0) {
    const words = readPositionals(positionals, hint);
    return { ...words, source: { files: words.files, ...(title !== undefined && { title }) } };
  }
  const option = all ? '--all' : '--document';
  const changed = (['title', 'tokens', 'preset'] as const).find((name) => values[name] !== undefined);
  if (changed !== undefined) fail(`${option} is read already: --${changed} changes nothing.`);
  const question = readQuestion(positionals, all ? 'all documents' : named.join(', '), hint);
  return {
    files: [],
    question,
    source: { stored: all ? 'all' : named.map((each) => nonEmpty('document', each)) },
  };
}

function parseQuestions(values: Values, positionals: readonly string[]): AskCommand {
  if (values.force) fail('--force goes with --export.');
  const followUps = values['follow-up'] ?? [];
  if (followUps.some((question) => question.trim() === '')) fail('A --follow-up is empty.');
  const { source, question } = sourceOf(values, positionals);
  const strategy = strategyNames.find((name) => name === (values.strategy ?? 'reform'));
  if (strategy === undefined)
    return fail(`There is no strategy '${values.strategy ?? ''}'. Use one of ${strategyNames.join(', ')}.`);
  const isDefault = 'files' in source && source.files.length === 0;
  return {
    kind: 'ask',
    source,
    question,
    followUps,
    tokens: parseCount('--tokens', values.tokens, hint) ?? (isDefault ? defaultTokens : undefined),
    preset: parseChoice('--preset', values.preset, presetNames, hint),
    gather: parseCount('--gather', values.gather, hint) ?? (isDefault ? defaultGather : undefined),
    maxNew: parseCount('--max-new', values['max-new'], hint),
    thinking: values.thinking ?? false,
    strategy,
    ...engineOf(values),
  };
}
