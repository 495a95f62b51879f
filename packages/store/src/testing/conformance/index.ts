// The suite that every storage driver passes.
import { describeAhead } from './ahead.ts';
import { describeDamage } from './damage.ts';
import { describeDocuments } from './documents.ts';
import { describeOpening } from './opening.ts';
import { describeRemoved } from './removed.ts';
import { describeSharing } from './sharing.ts';
import { describeSpace } from './space.ts';
import { describeStoredVersions } from './stored-versions.ts';
import type { Origin } from './subject.ts';
import { describeTransfer } from './transfer.ts';

export function describeConformance(createOrigin: () => Origin): void {
  describeDocuments(createOrigin);
  describeAhead(createOrigin);
  describeDamage(createOrigin);
  describeOpening(createOrigin);
  describeRemoved(createOrigin);
  describeSharing(createOrigin);
  describeSpace(createOrigin);
  describeTransfer(createOrigin);
  describeStoredVersions(createOrigin);
}
