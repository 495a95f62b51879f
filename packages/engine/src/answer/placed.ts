// Where in its document a passage stands: by name, in which file, page and heading. Of several documents each has its own characters.
import { placeIn } from '@longread/core';
import type { CharRange } from '@longread/planner';
import type { Evidence, SourceRange } from '../api.ts';
import type { OpenDocument } from '../document.ts';
import { rangesOf, type Member } from '../members.ts';

type Placing = Pick<OpenDocument, 'manifest' | 'members'>;

const nameOf = ({ manifest }: Member) => ({ id: manifest.id, title: manifest.title });

/** A passage with its place; of several documents one for each that it stands in. */
export function placed({ manifest, members }: Placing, passage: Omit<Evidence, 'place'>): Evidence[] {
  if (members === undefined) return [{ ...passage, place: placeIn(manifest, passage.start) }];
  return rangesOf(members, passage).map(({ member, start, end }): Evidence => {
    const own = placeIn(member.manifest, start);
    const from = member.firstChar + start - passage.start;
    return {
      ...passage,
      start,
      end,
      text: passage.text.slice(from, from + end - start),
      document: nameOf(member),
      place: { ...own, file: own.file ?? member.manifest.title },
    };
  });
}

/** A stretch of the source, or of each of several that it stands in. */
export function withinDocuments({ members }: Placing, range: CharRange): SourceRange[] {
  if (members === undefined) return [range];
  return rangesOf(members, range).map(({ member, start, end }) => ({ start, end, document: nameOf(member) }));
}
