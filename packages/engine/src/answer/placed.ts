// Where in its document a passage stands: by name, in which file, page and heading. Of several documents each has its own characters.
import { placeIn } from '@longread/core';
import type { CharRange } from '@longread/planner';
import type { Evidence, SourceRange } from '../api.ts';
import type { OpenDocument } from '../document.ts';
import { rangesOf, type Member } from '../members.ts';

type Placing = Pick<OpenDocument, 'manifest' | 'members' | 'isSet'>;

/** Of one document there is nothing to tell apart. */
const named = (isSet: boolean, { manifest: { id, title } }: Member) =>
  isSet ? { document: { id, title } } : {};

/** A passage with its place; one for each document or stretch that it stands in, where there are several. */
export function placed({ manifest, members, isSet }: Placing, passage: Omit<Evidence, 'place'>): Evidence[] {
  if (members === undefined) return [{ ...passage, place: placeIn(manifest, passage.start) }];
  return rangesOf(members, passage).map(({ member, start, end }): Evidence => {
    const own = placeIn(member.manifest, start);
    const from = member.firstChar + start - member.own.firstChar - passage.start;
    return {
      ...passage,
      start,
      end,
      text: passage.text.slice(from, from + end - start),
      ...named(isSet, member),
      place: isSet ? { ...own, file: own.file ?? member.manifest.title } : own,
    };
  });
}

/** A stretch of the source, or of each of several that it stands in. */
export function withinDocuments({ members, isSet }: Placing, range: CharRange): SourceRange[] {
  if (members === undefined) return [range];
  return rangesOf(members, range).map(({ member, start, end }) => ({ start, end, ...named(isSet, member) }));
}
