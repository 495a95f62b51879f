// Ids of a text, word by word: of words seen before they are looked up, and only for others the library is asked, which makes some 400 bytes
// of objects for each character. Prose repeats its words. What is known lies in arrays of fixed size: a map would make garbage as it changes,
// and such that lives long enough to wait for a collection of the whole heap.

/** Words that are known at most; all are forgotten when they are so many, or when there is no room for a word. */
const maxWords = 1 << 14;
/** Places of words by their hash: half of them stay empty. */
const numSlots = 2 * maxWords;
const charRoom = 8 * maxWords;
const idRoom = 4 * maxWords;
/** Longer ones, in UTF-16 code units, come back too seldom. */
const maxKnownChars = 32;

/**
 * Encodes as `encode` does.
 * @param isCut whether a text's ids are those of its parts before and from the code unit at a place on, whatever else is in it.
 */
export function createWordIds(
  encode: (text: string) => readonly number[],
  isCut: (text: string, at: number) => boolean,
): (text: string) => number[] {
  let known: KnownWords | undefined;
  return (text) => {
    known ??= createKnownWords();
    const ids: number[] = [];
    let start = 0;
    for (let at = 1; at <= text.length; at++) {
      if (at < text.length && !isCut(text, at)) continue;
      const isShort = at - start <= maxKnownChars;
      if (!isShort || !known.push(text, start, at, ids)) {
        const found = encode(text.slice(start, at));
        for (const id of found) ids.push(id);
        if (isShort) known.add(text, start, at, found);
      }
      start = at;
    }
    return ids;
  };
}

interface KnownWords {
  /** Appends the ids of the word between two places, when it is known. */
  push(text: string, start: number, end: number, ids: number[]): boolean;
  /** Of a word that is not known. */
  add(text: string, start: number, end: number, ids: readonly number[]): void;
}

function createKnownWords(): KnownWords {
  /** Words' indices, from 1 on. */
  const slots = new Uint16Array(numSlots);
  const charEnds = new Uint32Array(maxWords + 1);
  const idEnds = new Uint32Array(maxWords + 1);
  const chars = new Uint16Array(charRoom);
  const wordIds = new Uint32Array(idRoom);
  let count = 0;

  const isWord = (word: number, text: string, start: number, end: number): boolean => {
    const first = charEnds[word - 1] ?? 0;
    if ((charEnds[word] ?? 0) - first !== end - start) return false;
    for (let i = start; i < end; i++) if (chars[first + i - start] !== text.charCodeAt(i)) return false;
    return true;
  };
  /** Where the word stands, or the empty slot where it belongs (FNV-1a, linear probing). */
  const slotOf = (text: string, start: number, end: number): number => {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (numSlots - 1);
    for (;;) {
      const word = slots[slot] ?? 0;
      if (word === 0 || isWord(word, text, start, end)) return slot;
      slot = (slot + 1) & (numSlots - 1);
    }
  };
  return {
    push(text, start, end, ids) {
      const word = slots[slotOf(text, start, end)] ?? 0;
      if (word === 0) return false;
      const last = idEnds[word] ?? 0;
      for (let i = idEnds[word - 1] ?? 0; i < last; i++) ids.push(wordIds[i] ?? 0);
      return true;
    },
    add(text, start, end, ids) {
      if (ids.length > idRoom) return;
      const isFull =
        count === maxWords ||
        (charEnds[count] ?? 0) + end - start > charRoom ||
        (idEnds[count] ?? 0) + ids.length > idRoom;
      if (isFull) {
        slots.fill(0);
        count = 0;
      }
      const [firstChar, firstId] = [charEnds[count] ?? 0, idEnds[count] ?? 0];
      for (let i = start; i < end; i++) chars[firstChar + i - start] = text.charCodeAt(i);
      wordIds.set(ids, firstId);
      count += 1;
      charEnds[count] = firstChar + end - start;
      idEnds[count] = firstId + ids.length;
      slots[slotOf(text, start, end)] = count;
    },
  };
}
