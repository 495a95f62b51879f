// The recommended models: a dated list of facts, checked as it is read. Nothing here asks a network.
import * as v from 'valibot';
import data from './models.json' with { type: 'json' };

const text = v.pipe(v.string(), v.trim(), v.nonEmpty());
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const plainName = v.pipe(v.string(), v.regex(/^\w[\w.-]*$/));

const model = v.strictObject({
  name: text,
  /** Architecture, as its file says it (general.architecture). */
  family: text,
  parameters: count,
  licence: text,
  goodAt: text,
  /** Who says what is said of it: a model that nobody here has run is what its authors state. */
  facts: v.picklist(['measured here', 'stated by its authors']),
  file: v.strictObject({
    name: v.pipe(plainName, v.endsWith('.gguf')),
    /** What llama.cpp calls the mixture of its tensor types. */
    type: v.picklist(['Q4_K_M', 'Q4_1']),
    /** Null where it is unknown. */
    bytes: v.nullable(count),
    /** Only of a file that was seen here. */
    sha256: v.nullable(hex(64)),
    hub: v.nullable(
      v.strictObject({
        repo: v.pipe(v.string(), v.regex(/^\w[\w.-]*\/\w[\w.-]*$/)),
        /** Commit; null where it is unknown, and the main branch is taken. */
        revision: v.nullable(hex(40)),
      }),
    ),
    /** Python package that carries the file; null where none is known. */
    pip: v.nullable(plainName),
  }),
  /** Its shape under the keys that its file has, without the architecture in front. */
  keys: v.record(text, v.union([v.number(), v.string(), v.array(v.number())])),
  /** Tokens. */
  vocabulary: count,
  /** Whether the LM head is the token embedding. */
  tiedEmbeddings: v.boolean(),
});

const list = v.strictObject({ date: v.pipe(v.string(), v.isoDate()), models: v.array(model) });

export type RecommendedModel = Readonly<v.InferOutput<typeof model>>;

export interface RecommendedModels {
  /** Day of the facts, as 2026-11-27. */
  readonly date: string;
  readonly models: readonly RecommendedModel[];
}

/** The list that comes with this version, the smallest first. @throws ValiError for a list that is not one */
export function readRecommended(value: unknown = data): RecommendedModels {
  return v.parse(list, value);
}

/** What to load: its name on a hub, or none where it is on none. */
export function sourceOf({ file: { name, hub } }: RecommendedModel): string | undefined {
  if (hub === null) return undefined;
  return `hf:${hub.repo}/${name}${hub.revision === null ? '' : `@${hub.revision}`}`;
}
