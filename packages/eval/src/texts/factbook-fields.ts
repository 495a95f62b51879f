// The fields of a country's profile that stand in its text, and those whose value answers a question.

interface Asked {
  readonly question: (country: string) => string;
  readonly answers: readonly string[];
}

export interface FactbookField {
  /** Section, field, subfield. */
  readonly path: readonly string[];
  readonly label: string;
  /** Undefined when the value is not of the plain form that answers the question. */
  readonly ask?: (value: string) => Asked | undefined;
}

/** The answer is what the pattern's groups hold. Where it would often be right by chance, as the commonest age or a code that is a word, nothing is asked. */
function asks(pattern: RegExp, question: (country: string) => string): (value: string) => Asked | undefined {
  return (value) => {
    const match = pattern.exec(value);
    const answers = match?.slice(1).filter((group: string | undefined) => group !== undefined);
    return answers && answers.length > 0 ? { question, answers: [...new Set(answers)] } : undefined;
  };
}

export const factbookFields: readonly FactbookField[] = [
  { path: ['Introduction', 'Background'], label: 'Background' },
  { path: ['Geography', 'Location'], label: 'Location' },
  {
    path: ['Geography', 'Area', 'total'],
    label: 'Total area',
    ask: asks(/^([\d,]{3,}) sq km/, (country) => `How many square kilometres does ${country} cover in all?`),
  },
  {
    path: ['Geography', 'Coastline'],
    label: 'Coastline',
    ask: asks(/^([1-9][\d,.]*) km$/, (country) => `How many kilometres of coast does ${country} have?`),
  },
  { path: ['Geography', 'Climate'], label: 'Climate' },
  { path: ['Geography', 'Terrain'], label: 'Terrain' },
  {
    path: ['Geography', 'Elevation extremes', 'highest point'],
    label: 'Highest point',
    ask: asks(/^(\p{Lu}[\p{L}' .-]+?) [\d,]+ m$/u, (country) => `Which is the highest point of ${country}?`),
  },
  { path: ['Geography', 'Elevation extremes', 'lowest point'], label: 'Lowest point' },
  { path: ['Geography', 'Natural resources'], label: 'Natural resources' },
  { path: ['Geography', 'Natural hazards'], label: 'Natural hazards' },
  { path: ['People and Society', 'Ethnic groups'], label: 'Ethnic groups' },
  { path: ['People and Society', 'Languages'], label: 'Languages' },
  { path: ['People and Society', 'Religions'], label: 'Religions' },
  {
    path: ['People and Society', 'Population'],
    label: 'Population',
    ask: asks(/^(\d[\d,]+) \(/, (country) => `How many people live in ${country}?`),
  },
  {
    path: ['People and Society', 'Median age', 'total'],
    label: 'Median age',
    ask: asks(/^([\d.]+) years/, (country) => `How old is the median inhabitant of ${country}?`),
  },
  {
    path: ['People and Society', 'Life expectancy at birth', 'total population'],
    label: 'Life expectancy at birth',
    ask: asks(/^([\d.]+) years/, (country) => `How many years can a newborn in ${country} expect to live?`),
  },
  { path: ['Government', 'Government type'], label: 'Government type' },
  {
    path: ['Government', 'Country name', 'former'],
    label: 'Former name',
    ask: asks(/^(\p{Lu}[\p{L}' -]+)$/u, (country) => `What was ${country} called in former times?`),
  },
  {
    path: ['Government', 'Capital', 'name'],
    label: 'Capital',
    ask: asks(/^(\p{Lu}[\p{L}'. -]+)$/u, (country) => `Which city is the capital of ${country}?`),
  },
  {
    path: ['Government', 'Independence'],
    label: 'Independence',
    ask: asks(
      /^(?:\d{1,2} )?(?:\p{Lu}\p{Ll}+ )?(\d{4}) \(from [^)]*\)$/u,
      (country) => `In which year did ${country} become independent?`,
    ),
  },
  {
    path: ['Government', 'National holiday'],
    label: 'National holiday',
    ask: asks(
      /^[^,;\d]+, (\d{1,2} \p{Lu}\p{Ll}+)(?: \(\d{4}\))?$/u,
      (country) => `On which day of the year is the national holiday of ${country}?`,
    ),
  },
  {
    path: ['Government', 'Executive branch', 'chief of state'],
    label: 'Chief of state',
    ask: asks(
      /^(?:President|King|Sultan|Emir|Amir|Grand Duke|Prince) (?:\P{Lu}|\p{Lu}(?!\p{Lu}))*(\p{Lu}[\p{Lu}'-]+) [^;,]*\(since [^)]+\)$/u,
      (country) => `Who is the head of state of ${country}?`,
    ),
  },
  {
    path: ['Government', 'Suffrage'],
    label: 'Suffrage',
    ask: asks(
      /^(?!18)(\d\d) years of age; universal$/,
      (country) => `From what age may the citizens of ${country} vote?`,
    ),
  },
  {
    path: ['Government', 'National symbol(s)'],
    label: 'National symbol',
    ask: asks(
      /^(\p{Ll}[\p{Ll} -]+); national colors:/u,
      (country) => `Which figure is the national symbol of ${country}?`,
    ),
  },
  {
    path: ['Government', 'National anthem', 'name'],
    label: 'National anthem',
    ask: asks(
      /^"([^"]+)"(?: \(([^()]+)\))?$/,
      (country) => `What is the title of the national anthem of ${country}?`,
    ),
  },
  { path: ['Economy', 'Economy - overview'], label: 'Economy' },
  { path: ['Economy', 'Agriculture - products'], label: 'Agriculture' },
  { path: ['Economy', 'Industries'], label: 'Industries' },
  {
    path: ['Economy', 'Exchange rates'],
    label: 'Exchange rates',
    ask: asks(
      /^(?=([\p{L} ]+) \()([\p{L} ]+?)s? \(([A-Z]{3})\) per US dollar/u,
      (country) => `In which currency does one pay in ${country}?`,
    ),
  },
  {
    path: ['Communications', 'Internet country code'],
    label: 'Internet country code',
    ask: asks(
      /^(?!\.(?:am|as|at|be|by|do|he|id|in|is|it|me|my|no|of|so|to|us|we)$)(\.[a-z]{2})$/,
      (country) => `With which code do the internet addresses of ${country} end?`,
    ),
  },
  {
    path: ['Transportation', 'Airports'],
    label: 'Airports',
    ask: asks(/^([1-9]\d[\d,]*) \(/, (country) => `How many airports are there in ${country}?`),
  },
];
