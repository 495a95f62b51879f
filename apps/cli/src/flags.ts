// The engine names its settings; whoever typed a command knows its options.
import { strategyNames } from '@longread/core';

/** Settings of `npm run ask` by the engine's name, longest first where one holds another. */
const flags: readonly (readonly [RegExp, string])[] = [
  [/\b(?:gather\.)?gatherSize\b/g, '--gather'],
  [/\bmaxNewTokens\b/g, '--max-new'],
  [/\bmaxTokens\b/g, '--tokens'],
  [/\bweights: '(?=\w+')/g, "--weights '"],
  [new RegExp(`\\bstrategy (?=(?:${strategyNames.join('|')})\\b)`, 'g'), '--strategy '],
];

/** The message with the names of `ask`'s options; settings that have none keep theirs. */
export function inFlags(message: string): string {
  return flags.reduce((text, [setting, flag]) => text.replace(setting, flag), message);
}
