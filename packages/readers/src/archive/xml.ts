// XML as it comes, element by element: of what archives hold. Entities are the five of XML and numbers; what a DTD declares is not read.
import { Parser } from 'htmlparser2';
import { checkLimit } from '../limits.ts';

export interface XmlHandler {
  /** Names without their prefix, as `title` of `dc:title`; attributes' too. */
  readonly open?: (element: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close?: (element: string) => void;
  readonly text?: (text: string) => void;
}

/** Elements open at once. */
const maxDepth = 1000;

/** @throws LimitExceededError for elements too deep in each other */
export function walkXml(xml: string, { open, close, text }: XmlHandler): void {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag: (element, attributes) => {
        depth += 1;
        checkLimit(
          'A file in the archive opens too many elements in each other',
          depth,
          maxDepth,
          'Choose another file.',
        );
        open?.(
          localName(element),
          Object.fromEntries(Object.entries(attributes).map(([name, value]) => [localName(name), value])),
        );
      },
      onclosetag: (element) => {
        depth -= 1;
        close?.(localName(element));
      },
      ontext: (value) => text?.(value),
    },
    { xmlMode: true },
  );
  parser.end(xml);
}

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
