// Models of a hub by name: from `hf:owner/repo` to the address of one of the repository's files. What is asked of the network the caller
// asks, and only when the user named a repository.
// Source: https://huggingface.co/docs/hub/api (the file tree of a repository; `resolve` gives a file)
import { InvalidInputError, NetworkError, statusMeaning } from '@longread/core';
import { partAddresses } from './gguf-split.ts';
import { indexName, isSafetensorsName, requiredNames, shardNames } from './safetensors/files.ts';

/** Where repositories are, unless somebody says otherwise. */
export const defaultHub = 'https://huggingface.co';

/** A file of a repository. */
export interface HubModel {
  /** `owner/name` */
  readonly repo: string;
  /** Path of a GGUF file or of weights in safetensors in it; of a model in parts any of them. When absent one is chosen. */
  readonly file?: string;
  /** What the name of the chosen file contains, as `Q4_K_M`. */
  readonly tag?: string;
  /** Branch, tag or commit; `main` by default. */
  readonly revision?: string;
}

/** What a hub answered to a request for a listing. */
export interface HubAnswer {
  readonly status: number;
  /** The `Link` header, empty without one. */
  readonly link: string;
  /** The JSON; undefined where it is none. */
  readonly body: unknown;
}

/** A model of a repository: one file, or the parts of one; in safetensors its weights, and behind them their index. */
export interface HubChoice {
  readonly paths: readonly string[];
  readonly sizeBytes: number;
  /** Of a single file, hex, where the hub says it. */
  readonly sha256: string | undefined;
}

/** A chosen model, and what else there is. */
export interface HubFile extends HubChoice {
  readonly urls: readonly string[];
  /** Models of the repository, the largest first. */
  readonly choices: readonly HubChoice[];
}

/** What is taken when the user names no file, best first: small enough to load, and close to the original. */
const preferred = ['Q4_K_M', 'Q4_K_S', 'Q4_0', 'IQ4_NL', 'IQ4_XS', 'Q4_1', 'Q5_K_M', 'Q5_0', 'Q6_K', 'Q8_0'];
const maxPages = 20;
const shownFiles = 8;

const name = '[\\w][\\w.-]*';
const grammar = new RegExp(`^hf:(?://)?(${name}/${name})(?:/([^:@]+))?(?::([\\w.-]+))?(?:@(.+))?$`, 'i');

/** Whether `text` is meant to name a repository, well or not. */
export function isHubId(text: string): boolean {
  return /^hf:/i.test(text);
}

/** Reads `hf:owner/repo`, with `/file.gguf` or `:Q4_K_M`, and `@revision`. @throws InvalidInputError */
export function parseHubId(text: string): HubModel {
  const [, repo, file, tag, revision] = grammar.exec(text) ?? [];
  if (repo === undefined || (file !== undefined && tag !== undefined) || hasDots(file))
    throw new InvalidInputError(
      `'${text.slice(0, 200)}' names no repository of a hub. Write hf:owner/repo, hf:owner/repo:Q4_K_M or hf:owner/repo/file.gguf, ` +
        'each with @revision behind it or without.',
      { model: text.slice(0, 200) },
    );
  return { repo, ...(file && { file }), ...(tag && { tag }), ...(revision && { revision }) };
}

const hasDots = (file = ''): boolean =>
  file.split('/').some((part) => ['', '.', '..'].includes(part) && file !== '');

/** What the addresses of all files of a revision begin with. */
function hubPrefix(base: string, { repo, revision = 'main' }: HubModel): string {
  return `${base.replace(/\/+$/, '')}/${repo}/resolve/${encodeURIComponent(revision)}/`;
}

export function hubUrl(base: string, model: HubModel, path: string): string {
  return hubPrefix(base, model) + path.split('/').map(encodeURIComponent).join('/');
}

/**
 * Lists the repository's files and chooses one.
 * @param get asks the hub; throws NetworkError when there is no answer.
 * @throws InvalidInputError (no such file, or none) | NetworkError
 */
export async function findHubFile(
  model: HubModel,
  base: string,
  get: (url: string) => Promise<HubAnswer>,
): Promise<HubFile> {
  const choices = modelsAmong(await listFiles(model, base, get));
  const chosen = choose(choices, model);
  return { ...chosen, urls: chosen.paths.map((path) => hubUrl(base, model, path)), choices };
}

/**
 * The addresses of what would be chosen of the files that are stored; undefined where that is none of them. For a load without a network.
 * @param stored addresses of whole files.
 */
export function findStored(
  model: HubModel,
  base: string,
  stored: readonly { readonly url: string; readonly sizeBytes: number }[],
): readonly string[] | undefined {
  const prefix = hubPrefix(base, model);
  const files = stored
    .filter(({ url }) => url.startsWith(prefix))
    .map(({ url, sizeBytes }) => ({
      path: decodeURIComponent(url.slice(prefix.length)),
      sizeBytes,
      sha256: undefined,
    }));
  try {
    return choose(modelsAmong(files), model).paths.map((path) => hubUrl(base, model, path));
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}

interface ListedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string | undefined;
}

async function listFiles(
  { repo, revision = 'main' }: HubModel,
  base: string,
  get: (url: string) => Promise<HubAnswer>,
): Promise<readonly ListedFile[]> {
  const root = base.replace(/\/+$/, '');
  const files: ListedFile[] = [];
  let url: string | undefined =
    `${root}/api/models/${repo}/tree/${encodeURIComponent(revision)}?recursive=true`;
  for (let page = 0; url !== undefined && page < maxPages; page++) {
    const { status, link, body }: HubAnswer = await get(url);
    if (status !== 200) throw refusal(status, repo, revision, root);
    if (!Array.isArray(body))
      throw new NetworkError(`${root} gave no list of files for ${repo}. Check the hub's address.`, { url });
    files.push(...body.flatMap(readFile));
    const next: string | undefined = /<([^>]+)>\s*;\s*rel="next"/.exec(link)?.[1];
    // A listing goes on where it began, whatever it says.
    url = next?.startsWith(`${root}/`) === true ? next : undefined;
  }
  return files;
}

function readFile(entry: unknown): readonly ListedFile[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { type, path, size, lfs } = entry as Partial<Record<string, unknown>>;
  if (type !== 'file' || typeof path !== 'string' || hasDots(path)) return [];
  const oid = typeof lfs === 'object' && lfs !== null && 'oid' in lfs ? lfs.oid : undefined;
  const sha256 = typeof oid === 'string' && /^[0-9a-f]{64}$/.test(oid) ? oid : undefined;
  return [{ path, sizeBytes: typeof size === 'number' && size > 0 ? size : 0, sha256 }];
}

/** Models, those of GGUF and those in safetensors. */
function modelsAmong(files: readonly ListedFile[]): readonly HubChoice[] {
  return [...ggufAmong(files), ...safetensorsAmong(files)].sort((a, b) => b.sizeBytes - a.sizeBytes);
}

/** GGUF models, parts together; not what goes with one: projectors of images, importance matrices. */
function ggufAmong(files: readonly ListedFile[]): readonly HubChoice[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return files
    .filter(({ path }) => /\.gguf$/i.test(path) && !/mmproj|imatrix/i.test(path))
    .flatMap((file): readonly HubChoice[] => {
      const paths = partAddresses(file.path);
      if (paths[0] !== file.path) return [];
      const parts = paths.flatMap((path) => byPath.get(path) ?? []);
      if (parts.length < paths.length) return [];
      const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
      return [{ paths, sizeBytes, sha256: parts.length === 1 ? file.sha256 : undefined }];
    });
}

/** Of each folder that has what a model in safetensors needs beside its weights: those that are called as a model's are. */
function safetensorsAmong(files: readonly ListedFile[]): readonly HubChoice[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const models = files.filter(({ path }) =>
    /(^|\/)model(-00001-of-(?!00000)00\d{3})?\.safetensors$/.test(path),
  );
  return models.flatMap(({ path }): readonly HubChoice[] => {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const weights = shardNames(path.slice(folder.length)).map((name) => folder + name);
    if (![...weights, ...requiredNames.map((name) => folder + name)].every((each) => byPath.has(each)))
      return [];
    const index = byPath.has(folder + indexName) ? [folder + indexName] : [];
    const sizeBytes = weights.reduce((sum, each) => sum + (byPath.get(each)?.sizeBytes ?? 0), 0);
    // What is hashed of such a model is of other files, too.
    return [{ paths: [...weights, ...index], sizeBytes, sha256: undefined }];
  });
}

function choose(choices: readonly HubChoice[], { repo, file, tag }: HubModel): HubChoice {
  const there = describeChoices(choices);
  if (choices.length === 0)
    throw new InvalidInputError(
      `${repo} has no model: no GGUF file, and no folder of config.json, tokenizer.json and model.safetensors. Name a repository that has: ` +
        'most with GGUF files are called -GGUF at the end.',
      { repo },
    );
  if (file !== undefined) {
    const found = choices.find(({ paths }) => paths.includes(file));
    if (found) return found;
    throw new InvalidInputError(`${repo} has no model file ${file}. There are ${there}.`, { repo, file });
  }
  const wanted = tag === undefined ? preferred : [tag];
  for (const each of wanted) {
    const found = choices.find(({ paths }) => isTagged(paths[0] ?? '', each));
    if (found) return found;
  }
  const ofGguf = choices.filter(({ paths }) => !paths.some(isSafetensorsName));
  const [only, ...others] = ofGguf.length > 0 ? ofGguf : choices;
  if (tag === undefined && only && others.length === 0) return only;
  const what = tag === undefined ? 'several models, of which none is usual' : `no model ${tag}`;
  throw new InvalidInputError(`${repo} has ${what}: ${there}. Name one: hf:${repo}/FILE.`, { repo });
}

/** The tag stands in the name between what is no letter, digit or underscore. */
function isTagged(path: string, tag: string): boolean {
  const escaped = tag.replace(/[.\-]/g, '\\$&');
  return new RegExp(`(^|[^A-Za-z0-9_])${escaped}([^A-Za-z0-9_]|$)`, 'i').test(path);
}

/** Names and sizes, for messages. */
export function describeChoices(choices: readonly HubChoice[]): string {
  const shown = choices
    .slice(0, shownFiles)
    .map(({ paths, sizeBytes }) => `${paths[0] ?? ''} (${Math.ceil(sizeBytes / 1e6)} MB)`);
  const more = choices.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function refusal(status: number, repo: string, revision: string, root: string): NetworkError {
  const meaning =
    status === 404
      ? `it is not there, or has no revision ${revision}. Check the name`
      : statusMeaning(status);
  return new NetworkError(
    `${root} gives no list of files of ${repo} (HTTP status ${status}): ${meaning || 'try again later'}.`,
    { repo, status },
  );
}
