import { expect, test } from 'vitest';
import { factbookTexts, type FactbookNode } from './factbook.ts';

const text = (value: string | null): FactbookNode => ({ text: value });
const profile: FactbookNode = {
  Geography: {
    Area: { total: text('83,871 sq km') },
    Coastline: text('0 km (landlocked)'),
    'Elevation extremes': { 'highest point': text('Tall Hill 3,798 m') },
  },
  'People and Society': { Population: text('8,665,550 (July 2015 est.)') },
  Government: {
    'Country name': { 'conventional short form': text('Ruritania') },
    Capital: { name: text('Strelsau') },
    Independence: text('17 September 1908 (from Bohemia)'),
    'National anthem': { name: text('"O Patria" (Oh Homeland)') },
    'Executive branch': { 'chief of state': text('King Rudolf ELPHBERG (since 8 July 1894)') },
    'National holiday': text('Founding Day, 26 October (1955)'),
    'National symbol(s)': text('black bear; national colors: red, white'),
  },
  Economy: {
    'Exchange rates': text('crowns (RUC) per US dollar - ++ 0.885 (2014 est.) ++ 0.7634 (2013 est.)'),
  },
  Communications: { 'Internet country code': text('.rt') },
  Transportation: { Airports: text('7 (2013)') },
};

test('a profile is lines under its name, and the line that tells an answer is its evidence', () => {
  const [ruritania] = factbookTexts([{ code: 'rt', profile }]);
  expect(ruritania?.text.split('\n').slice(0, 4)).toEqual([
    'Ruritania',
    'Total area: 83,871 sq km',
    'Coastline: 0 km (landlocked)',
    'Highest point: Tall Hill 3,798 m',
  ]);
  expect(ruritania?.text).toContain(
    '\nExchange rates: crowns (RUC) per US dollar; 0.885 (2014 est.); 0.7634 (2013 est.)',
  );
  const told = ruritania?.questions.map(({ question, answers, evidence, passage }) => {
    const lines = evidence.map(({ start, end }) => ruritania.text.slice(start, end));
    expect(passage).toBe(`Ruritania\n${lines.join('')}`);
    return [question.split(' ').slice(0, 3).join(' '), ...answers, lines[0]?.split(':')[0]];
  });
  expect(told).toEqual([
    ['How many square', '83,871', 'Total area'],
    ['Which is the', 'Tall Hill', 'Highest point'],
    ['How many people', '8,665,550', 'Population'],
    ['Which city is', 'Strelsau', 'Capital'],
    ['In which year', '1908', 'Independence'],
    ['On which day', '26 October', 'National holiday'],
    ['Who is the', 'ELPHBERG', 'Chief of state'],
    ['Which figure is', 'black bear', 'National symbol'],
    ['What is the', 'O Patria', 'Oh Homeland', 'National anthem'],
    ['In which currency', 'crowns', 'crown', 'RUC', 'Exchange rates'],
    ['With which code', '.rt', 'Internet country code'],
  ]);
});

test.each([
  ['.is', 'Communications', 'Internet country code'],
  ['18 years of age; universal', 'Government', 'Suffrage'],
  ['7 (2013)', 'Transportation', 'Airports'],
])('%s would be right by chance and is not asked for', (value, section, field) => {
  const government = {
    'Country name': { 'conventional short form': text('Ruritania') },
    Capital: { name: text('none at all') },
  };
  const other: FactbookNode = { Government: government };
  const [ruritania] = factbookTexts([
    {
      code: 'rt',
      profile: { ...other, [section]: { ...(section === 'Government' && government), [field]: text(value) } },
    },
  ]);
  expect(ruritania?.text).toContain(value);
  expect(ruritania?.questions).toEqual([]);
});

test('what is no country is left out', () => {
  expect(factbookTexts([{ code: 'xx', profile: { Geography: { Location: text('the sea') } } }])).toEqual([]);
});
