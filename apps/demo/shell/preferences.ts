// What a reader prefers, kept in this browser: which model, how long answers are, how the page looks. No key and no text is in it.

export type AnswerLength = 'short' | 'usual' | 'long';
export type Theme = 'auto' | 'light' | 'dark';
export type TextSize = 'small' | 'usual' | 'large' | 'huge';

export interface Preferences {
  /** A model's address or its name on a hub; empty for the one that comes with the page. */
  readonly model: string;
  readonly answerLength: AnswerLength;
  readonly theme: Theme;
  readonly textSize: TextSize;
}

export const usual: Preferences = { model: '', answerLength: 'usual', theme: 'auto', textSize: 'usual' };

/** Tokens that an answer may take; 0 leaves it to the engine. */
export const answerTokens: Readonly<Record<AnswerLength, number>> = { short: 40, usual: 0, long: 256 };

const choices = {
  answerLength: ['short', 'usual', 'long'],
  theme: ['auto', 'light', 'dark'],
  textSize: ['small', 'usual', 'large', 'huge'],
} as const;

const maxModelChars = 2000;

/** What was stored, as far as it is what this version stores; whatever else is there is the usual. */
export function parsePreferences(stored: string | null): Preferences {
  let found: unknown;
  try {
    found = JSON.parse(stored ?? '{}');
  } catch {
    found = {};
  }
  const values = typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
  const oneOf = <T extends string>(key: string, allowed: readonly T[], otherwise: T): T =>
    allowed.find((each) => each === values[key]) ?? otherwise;
  const { model } = values;
  return {
    model: typeof model === 'string' && model.length <= maxModelChars ? model : usual.model,
    answerLength: oneOf('answerLength', choices.answerLength, usual.answerLength),
    theme: oneOf('theme', choices.theme, usual.theme),
    textSize: oneOf('textSize', choices.textSize, usual.textSize),
  };
}

const key = 'longread-preferences';

/** A browser may refuse to keep anything: then they last as long as the page. */
export function loadPreferences(): Preferences {
  try {
    return parsePreferences(localStorage.getItem(key));
  } catch {
    return usual;
  }
}

export function keepPreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(key, JSON.stringify(preferences));
  } catch {
    // As above.
  }
}
