// Questions and answers as text to keep elsewhere: one with its sources, and all of a document's as Markdown. Pure.
import { allPassages } from './passages.ts';
import type { Exchange } from './session/state.ts';
import type { Words } from './words.ts';

/** The question, the answer, and the passages with their numbers and places. */
export function exchangeAsText(
  { question, text, evidence = [], saysNothing }: Exchange,
  words: Words,
): string {
  const sources = allPassages(evidence).map(
    (passage) => `[${passage.number}] “${oneLine(passage.text)}” (${words.placeOf(passage)})`,
  );
  return [question, saysNothing ? words.say('saysNothing') : '', text.trim(), ...sources]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What is not Markdown of our own is quoted or escaped: a text with markup shows as it is. */
export function threadAsMarkdown(title: string, exchanges: readonly Exchange[], words: Words): string {
  const parts = exchanges.flatMap(({ question, text, evidence = [], saysNothing }) => [
    `## ${escaped(oneLine(question))}`,
    saysNothing ? words.say('saysNothing') : '',
    escaped(text.trim()),
    ...allPassages(evidence).map(
      (passage) =>
        `> ${passage.number}. ${escaped(oneLine(passage.text))}  \n> ${escaped(oneLine(words.placeOf(passage)))}`,
    ),
  ]);
  return `${[`# ${escaped(oneLine(title))}`, ...parts].filter((part) => part !== '').join('\n\n')}\n`;
}

const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');

const escaped = (text: string): string =>
  text
    .replace(/[\\`*_[\]<>#|~]/g, (mark) => `\\${mark}`)
    .replace(/^(\s*)([-+])(?=\s)/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s)/gm, '$1\\$2');
