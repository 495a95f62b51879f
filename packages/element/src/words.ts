// What the element says, in the language of its place: messages with their values, numbers, sizes, times and dates. Pure.
import type { Evidence, Progress, StoredModel } from 'longread';
import { english, type Message, type StringKey, type Strings } from './strings.ts';

type Values = Readonly<Record<string, string | number>>;

export class Words {
  readonly #strings: Readonly<Partial<Record<string, Message>>>;
  readonly #given: string;
  readonly #lang: string;
  readonly #plurals: Intl.PluralRules;
  readonly #count: Intl.NumberFormat;

  /** @param lang a BCP 47 tag; one that Intl does not take counts as English. */
  constructor(lang = 'en', strings: Strings = {}) {
    this.#given = lang;
    this.#lang = supported(lang);
    this.#strings = strings;
    this.#plurals = new Intl.PluralRules(this.#lang);
    this.#count = new Intl.NumberFormat(this.#lang, { maximumFractionDigits: 0 });
  }

  /** Made with these. */
  isFor(lang: string, strings: Strings): boolean {
    return this.#given === lang && this.#strings === strings;
  }

  /** The message with its values filled in; `count` chooses among plural forms. */
  say(key: StringKey, values?: Values): string {
    return this.sayOf(english, key, values);
  }

  /** The same of another table of copy, which comes with those who say it: a part of the element, or the page around it. */
  sayOf<K extends string>(table: Readonly<Record<K, Message>>, key: K, values: Values = {}): string {
    const message: Message = this.#strings[key] ?? table[key];
    const form = typeof message === 'string' ? message : this.#formOf(message, Number(values.count));
    return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      return value === undefined ? whole : typeof value === 'number' ? this.count(value) : value;
    });
  }

  count(value: number): string {
    return this.#count.format(value);
  }

  /** `fraction` of 1, rounded down: what is not whole is not said to be. */
  percent(fraction: number): string {
    return new Intl.NumberFormat(this.#lang, { style: 'percent' }).format(Math.floor(fraction * 100) / 100);
  }

  bytes(bytes: number): string {
    if (bytes < 1e6) return this.#unit(Math.ceil(bytes / 1e3), 'kilobyte', 0);
    const [unit, size] = bytes < 1e9 ? (['megabyte', 1e6] as const) : (['gigabyte', 1e9] as const);
    return this.#unit(bytes / size, unit, bytes / size < 99.95 ? 1 : 0);
  }

  duration(ms: number): string {
    const seconds = ms / 1000;
    if (seconds < 9.95) return this.#unit(seconds, 'second', 1);
    if (seconds < 99.5) return this.#unit(seconds, 'second', 0);
    const minutes = seconds / 60;
    return minutes < 119.5 ? this.#unit(minutes, 'minute', 0) : this.#unit(minutes / 60, 'hour', 1);
  }

  rate(perSecond: number): string {
    const digits = perSecond < 10 ? 1 : 0;
    const format = new Intl.NumberFormat(this.#lang, { maximumFractionDigits: digits });
    return this.say('tokensPerSecond', { rate: format.format(perSecond) });
  }

  date(time: number): string {
    return new Date(time).toLocaleDateString(this.#lang, { dateStyle: 'medium' });
  }

  /** Where a passage begins: its file, heading and page, and where there is neither file nor page, how far in. */
  place({ fraction, file, heading, page }: Evidence['place']): string {
    const isFar = fraction >= 0.01;
    const way = isFar ? this.say('intoText', { percent: this.percent(fraction) }) : this.say('atBeginning');
    const last = page === undefined ? way : this.say('onPage', { page });
    // Of several files together a share tells a reader nothing.
    const parts = page === undefined && file !== undefined ? [file, heading] : [file, heading, last];
    return parts.filter((part) => part !== undefined && part !== '').join(' · ');
  }

  /** Where a passage begins; of several documents in which of them first. */
  placeOf({ document, place }: Pick<Evidence, 'document' | 'place'>): string {
    if (!document) return this.place(place);
    const { file, ...within } = place;
    // A document without files of its own counts as the file.
    const own = file === document.title ? this.place(within) : this.place(place);
    return `${document.title} · ${own}`;
  }

  /** How much of a model is kept, and where it came from. */
  storedModel({ url, sizeBytes, totalBytes, complete }: StoredModel): string {
    const values = { size: this.bytes(sizeBytes), total: this.bytes(totalBytes) };
    const part = totalBytes > 0 ? 'modelPart' : 'modelPartOnly';
    const size = complete ? values.size : this.say(part, values);
    return this.say('modelFrom', { size, host: new URL(url).host });
  }

  /** How far something is: of bytes how many, of anything else what share. */
  amount({ done, total, unit }: Progress): string {
    if (unit !== 'bytes') return total > 0 ? this.percent(Math.min(1, done / total)) : '';
    const values = { done: this.bytes(done), total: this.bytes(total) };
    return total > 0 ? this.say('amountOf', values) : values.done;
  }

  /** Empty while there is too little to tell from. */
  remaining(msLeft: number | undefined): string {
    return msLeft === undefined ? '' : this.say('timeLeft', { time: this.duration(msLeft) });
  }

  #formOf(message: Exclude<Message, string>, count: number): string {
    return message[this.#plurals.select(count)] ?? message.other;
  }

  #unit(value: number, unit: string, digits: number): string {
    const options = { style: 'unit', unit, maximumFractionDigits: digits, minimumFractionDigits: digits };
    const written = new Intl.NumberFormat(this.#lang, options as Intl.NumberFormatOptions).format(value);
    // Among words from right to left a number and a unit in Latin letters would change places: it is a stretch of its own.
    return rightToLeft.test(this.#lang) ? `\u2068${written}\u2069` : written;
  }
}

const rightToLeft = /^(?:ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)(?:-|$)/;

function supported(lang: string): string {
  try {
    return Intl.getCanonicalLocales(lang)[0] ?? 'en';
  } catch {
    return 'en'; // no tag of a language
  }
}

/** The last part of an address, for people. */
export function fileNameOf(url: string): string {
  const name = url.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name) || url;
  } catch {
    return name; // a percent sign that escapes nothing
  }
}
