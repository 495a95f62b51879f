// The recommended models as commands name them.
import { plannedHeader, readRecommended, sourceOf, type RecommendedModel } from '@longread/formats';
import { defaultModelFile } from './default-model.ts';
import { packagedName } from './packaged.ts';

export interface NamedRecommendation extends Pick<RecommendedModel, 'name' | 'licence' | 'goodAt' | 'facts'> {
  /** What `--model` takes; undefined for the model that is taken without. */
  readonly model: string | undefined;
  /** Of its file; undefined where that is unknown. */
  readonly fileBytes: number | undefined;
  /** Tokens that are run of its window. */
  readonly contextLength: number;
}

/** The smallest first. */
export function namedRecommendations(): {
  readonly date: string;
  readonly models: readonly NamedRecommendation[];
} {
  const { date, models } = readRecommended();
  const named = models.map((model): NamedRecommendation => {
    const { name, licence, goodAt, facts, file } = model;
    const isDefault = file.name === defaultModelFile;
    return {
      name,
      licence,
      goodAt,
      facts,
      model: isDefault ? undefined : (packagedName(file.name) ?? sourceOf(model)),
      fileBytes: file.bytes ?? undefined,
      contextLength: plannedHeader(model).config.contextLength,
    };
  });
  return { date, models: named };
}
