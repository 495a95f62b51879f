// Sentences of an encyclopedia whose form tells what they answer. Few forms, chosen so that hardly one misleads.

/** What a sentence answers about the article's subject. */
export interface Told {
  readonly question: string;
  readonly answers: readonly string[];
}

/** One form. `title` is as it stands in a sentence; `isFirst` is true of the lead's first sentence. */
export type Pattern = (of: {
  readonly title: string;
  readonly topic: string;
  readonly sentence: string;
  readonly isFirst: boolean;
}) => Told | undefined;

const name = String.raw`\p{Lu}[\p{L}'’.-]+(?: (?:(?:van|von|de|da|der|di|la|le|of|del) )*\p{Lu}[\p{L}'’.-]+)*`;
const nationality = String.raw`\p{Lu}\p{Ll}+(?:an|ish|ese|ench|eek|utch|iss|elsh|zech|sraeli|raqi)`;
const writers = 'author|writer|novelist|poet|playwright|dramatist|philosopher|historian|humorist|essayist';
const makers = `${writers}|composer|painter|artist|director|filmmaker|sculptor|master|musician|mathematician|scientist|astronomer`;

/** The pattern with the parts above in place of their names in angle brackets. */
function form(source: string): RegExp {
  const parts: Record<string, string> = { name, nationality, makers };
  return new RegExp(
    source.replace(/<(\w+)>/g, (_, part: string) => parts[part] ?? ''),
    'u',
  );
}

/** Without the commonest, which are guessed too easily, and without faiths. */
const nationalities = form(
  String.raw` (?:was|is) an? (?:[a-z]+ )?(?!American |English |French |German |Christian |Lutheran |Anglican |Franciscan )(<nationality>) [a-z]`,
);
const capitalOf = form(
  String.raw`^[^,.]+(?:, [^,.]+,)? is the (?:national )?capital(?: city)?(?: and (?:largest|most populous)(?: city| municipality)?)?(?: city)? of ((?:the )?\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)*)(?:,|\.$)`,
);
const capitalIs = form(
  String.raw`^(?:Its|The|The country's|The nation's) (?:national )?capital(?: city)?(?:,? and (?:its )?(?:largest|most populous)(?: city| and [a-z ]+city)?,?)? is (<name>)[.,;]`,
);
const madeBy = form(
  String.raw` is an? (?:[\p{L}\d' –-]+ )?(novel|novella|play|tragedy|comedy|poem|opera|ballet|painting|fresco|symphony|film|short story|(?<!comic )book|sculpture|children's novel|epic poem|oil painting|mural|concerto|fairy tale)\b(?:(?! libretto| produced| music | screenplay)[^.,;])*?,? (?:written |composed |painted |created |directed |made )?by (?:the )?(?:Sir )?(?:(?:[\p{L}-]+ )*?(?:<makers>)s? )?(<name>)(?:[,.;]| in | from | between | that | which | and (?:published|written)| first )`,
);
const nobel =
  /(?:awarded|won|received|shared) the (\d{4}) Nobel (Prize in [A-Z]\w+(?: or Medicine)?|Peace Prize)/;
const founded =
  /^(?:It|The (?:company|university|city|organization|college|institution|museum)) was (founded|established) (?:(?! and )[^.;])*?\b(?:in|on) (?:\w+ )?(?:\d{1,2}, )?(\d{4})\b/;
const element = /symbol ([A-Z][a-z]?) and atomic number (\d+)/;
const fought =
  /(?:fought|took place) (?:[^.;]*? )?(?:on|in) (?:\d{1,2} )?(?:[A-Z]\w+ )?(?:\d{1,2}, )?(\d{4})\b/;
const measured =
  /\b(?:is|be|about|approximately|around) (\d[\d,.]*) (?:km|kilometres|kilometers) (?:\([^)]*\) )?(?:long|in length)\b/;

export const wikiPatterns: readonly Pattern[] = [
  ({ title, topic, sentence, isFirst }) => {
    const found = isFirst && topic === 'People' ? nationalities.exec(sentence)?.[1] : undefined;
    return told(found, `What nationality is given for ${title}?`);
  },
  ({ title, topic, sentence, isFirst }) => {
    const country = isFirst && topic === 'Geography' ? capitalOf.exec(sentence)?.[1] : undefined;
    return country === undefined
      ? undefined
      : told(title.replace(/,.*/, ''), `Which city is the capital of ${country}?`);
  },
  ({ title, topic, sentence }) =>
    topic === 'Geography'
      ? told(capitalIs.exec(sentence)?.[1], `What is the capital of ${title}?`)
      : undefined,
  ({ title, sentence, isFirst }) => {
    const found = isFirst ? madeBy.exec(sentence) : null;
    const maker = found?.[2];
    const asked = told(maker, `Who made the ${found?.[1] ?? ''} ${title.replace(/^the /, '')}?`);
    return asked && { ...asked, answers: [...new Set([...asked.answers, maker?.split(' ').at(-1) ?? ''])] };
  },
  ({ title, topic, sentence }) => {
    const found = topic === 'People' ? nobel.exec(sentence) : null;
    const prize = found?.[2]?.startsWith('Prize') ? `Nobel ${found[2]}` : 'Nobel Peace Prize';
    return told(found?.[1], `In which year did ${title} get the ${prize}?`);
  },
  ({ title, sentence }) => {
    const found = founded.exec(sentence);
    return told(found?.[2], `In which year was ${title} ${found?.[1] ?? ''}?`);
  },
  ({ title, sentence }) =>
    told(element.exec(sentence)?.[2], `What is the atomic number of ${title.toLowerCase()}?`),
  ({ title, topic, sentence, isFirst }) =>
    isFirst && topic === 'History' && /^(?:the )?(?:Battle|Siege) of /.test(title)
      ? told(fought.exec(sentence)?.[1], `In which year was ${title} fought?`)
      : undefined,
  ({ title, topic, sentence }) =>
    topic === 'Geography' && title.endsWith(' River')
      ? told(measured.exec(sentence)?.[1], `How many kilometres long is ${title}?`)
      : undefined,
];

function told(answer: string | undefined, question: string): Told | undefined {
  return answer === undefined ? undefined : { question, answers: [answer.replace(/\.$/, '')] };
}
