// What the names of questions tell alone: of how many the text has none, by kind of text and by where the questions are from.
import { createNameSearch } from '@longread/planner';
import { markdownTable } from 'markdown-table';
import type { Posed } from './strangers.ts';
import { groupBy } from './summary.ts';
import { questionsFrom } from './unanswerable-report.ts';

function standIn({ document, question }: Posed): boolean | undefined {
  const search = createNameSearch(question.question);
  search?.add(document.text);
  return search?.end();
}

export function formatNames(posed: readonly Posed[]): string {
  const groups = groupBy(posed, ({ document, from }) => [document.kind, from].join('|'));
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const texts = new Set(group.map(({ document }) => document.id)).size;
    const found = group.map(standIn);
    const count = (names: boolean | undefined) => String(found.filter((one) => one === names).length);
    return [
      [
        `${first.document.kind}, ${texts}`,
        questionsFrom[first.from],
        String(group.length),
        count(false),
        count(undefined),
      ],
    ];
  });
  const head = ['texts', 'questions', 'n', 'no name of it in the text', 'without names'];
  return `${markdownTable([head, ...rows])}\n`;
}
