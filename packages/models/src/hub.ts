// A model of a hub's repository for `--model hf:owner/repo`: which file that is. HF_ENDPOINT names a mirror, as it does elsewhere.
import { InvalidInputError, NetworkError } from '@longread/core';
import { reasonOf, type OnSetUp } from '@longread/command';
import {
  defaultHub,
  describeChoices,
  findHubFile,
  hubUrl,
  parseHubId,
  type HubModel,
} from '@longread/formats';

/** A hub that says nothing for so long counts as gone. */
const answerMs = 30_000;

/** What to download. */
export interface HubDownload {
  readonly url: URL;
  /** Of a single file, hex, where the hub says it. */
  readonly sha256: string | undefined;
}

export interface NamedHubModel {
  readonly model: HubModel;
  readonly base: string;
  /** Its address where the user named the file: nothing needs to be asked for one that is kept. */
  readonly url: URL | undefined;
}

/** @throws InvalidInputError */
export function readHubModel(named: string): NamedHubModel {
  const endpoint = process.env.HF_ENDPOINT?.trim() ?? '';
  const base = endpoint === '' ? defaultHub : endpoint;
  if (!/^https?:/i.test(base) || !URL.canParse(base))
    throw new InvalidInputError(`HF_ENDPOINT is ${base}, which is no address. Set it to one, or unset it.`, {
      base,
    });
  const model = parseHubId(named);
  const url = model.file === undefined ? undefined : new URL(hubUrl(base, model, model.file));
  return { model, base, url };
}

/** Asks the hub, because the user named it. @throws InvalidInputError | NetworkError */
export async function findOnHub({ model, base, url }: NamedHubModel, onSetUp: OnSetUp): Promise<HubDownload> {
  const found = await findHubFile(model, base, async (asked) => {
    try {
      const response = await fetch(asked, { signal: AbortSignal.timeout(answerMs) });
      const body: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
      return { status: response.status, link: response.headers.get('link') ?? '', body };
    } catch (cause) {
      const said = `${new URL(base).origin} did not answer (${reasonOf(cause)}). Check the connection, then try again.`;
      throw new NetworkError(said, { url: asked }, { cause });
    }
  });
  if (model.file === undefined)
    onSetUp({
      message: `Taking ${found.paths[0] ?? ''} of ${model.repo}, which has ${describeChoices(found.choices)}`,
    });
  return { url: url ?? new URL(found.urls[0] ?? base), sha256: found.sha256 };
}
