// Failures in words for readers: what happened, naming the file, and what to do about it. By the codes of the engine's errors.
import type { ErrorCode } from 'longread';
import type { ErrorReport } from '../session/state.ts';
import { failures } from '../copy/failures.ts';
import type { Words } from '../words.ts';
import { webGpuFix, type BrowserFacts } from './webgpu-fix.ts';

export interface Explanation {
  /** What happened, a whole sentence. */
  readonly sentence: string;
  /** What the reader can do. */
  readonly remedy: string;
  /** The engine's own words where they say more, as small print; else empty. */
  readonly technical: string;
}

/** What the explanation depends on beside the failure. */
export interface Circumstances extends BrowserFacts {
  readonly isOnline: boolean;
}

interface Failure extends Circumstances {
  readonly message: string;
  readonly details: NonNullable<ErrorReport['details']>;
  /** The file or address it is about; empty when there is none. */
  readonly name: string;
}

/** What has a remedy in the table of copy. */
type Kind = { [K in keyof typeof failures]: K extends `${infer N}Remedy` ? N : never }[keyof typeof failures];
type Key = keyof typeof failures;
type Told = readonly [sentence: string, remedy: string];

/** A kind of failure; its name stands for what has none, or is left out where that reads better (`At`); or all that is told. */
type Found = readonly [Kind, unnamed?: Key] | ((words: Words) => Told);

/** The engine's message says it all: its first sentence is what happened, the others what to do. */
function itsOwn({ message, name }: Failure): Found {
  const [, first = message, rest = ''] = /^(.*?[.!?])\s+(\p{Lu}.*)$/su.exec(message) ?? [];
  return () => [name === '' || first.includes(name) ? first : `${name}: ${first}`, rest];
}

const table: Readonly<Record<ErrorCode | 'Unexpected', (failure: Failure) => Found>> = {
  WebGpuUnavailable: (failure) => {
    if ('kernel' in failure.details) return ['wrongNumbers'];
    const hasWebGpu = failure.details.api !== 'navigator.gpu';
    return (words) => [
      words.sayOf(failures, hasWebGpu ? 'noAdapter' : 'noWebGpu'),
      webGpuFix({ ...failure, hasWebGpu }, words),
    ];
  },
  DeviceLost: ({ details }) => [details.moved === true ? 'tabClosed' : 'lost'],
  OutOfMemory: () => ['outOfMemory'],
  LimitExceeded: (failure) => ('minimum' in failure.details ? ['tooSmall'] : itsOwn(failure)),
  ShaderCompile: () => ['unprepared'],
  ModelFormat: ({ message }) =>
    message.includes('it is a web page') ? ['webPage', 'theAddress'] : ['notModel', 'thatFile'],
  Integrity: () => ['damaged', 'storedFile'],
  Network: (failure) => {
    const { details, isOnline } = failure;
    if (details.reason === 'script' && !isOnline) {
      return (words) => [
        words.sayOf(failures, 'offline', { name: words.sayOf(failures, 'aScript') }),
        words.sayOf(failures, 'offlineRemedy'),
      ];
    }
    if ('reason' in details) return itsOwn(failure); // a server that was to answer says what is wrong in its own words
    if (!isOnline) return ['offline', 'theFile'];
    const status = Number(details.status ?? 0);
    if (status === 404 || status === 410) return ['missing', 'thatAddress'];
    if (status === 401 || status === 403) return ['closedOff', 'theFile'];
    if (status === 429 || status >= 500) return ['busy', 'ofThatFile'];
    return ['unfetched', 'theFile'];
  },
  StorageQuota: () => ['full'],
  DocumentInUse: () => ['inUse', 'thatDocument'],
  Aborted: () => ['aborted', 'it'],
  InvalidInput: itsOwn,
  Closed: () => ['closed', 'it'],
  Unexpected: () => ['unexpected'],
};

/** Codes that no table knows, as of an engine that a page brought, are explained by their own message. */
export function explain(report: ErrorReport, circumstances: Circumstances, words: Words): Explanation {
  const { code, message, details = {}, about: name = addressOf(details.url) } = report;
  const find = Object.hasOwn(table, code) ? table[code as ErrorCode] : itsOwn;
  const found = find({ ...circumstances, message, details, name });
  const [sentence, remedy] = typeof found === 'function' ? found(words) : tell(found, name, words);
  const isSaid = find === itsOwn || `${sentence} ${remedy}`.includes(message);
  return { sentence, remedy, technical: isSaid ? '' : message };
}

function tell([kind, unnamed]: readonly [Kind, unnamed?: Key], name: string, words: Words): Told {
  const key = `${kind}At`;
  const sentence = name !== '' && Object.hasOwn(failures, key) ? (key as Key) : kind;
  const called = name === '' && unnamed ? words.sayOf(failures, unnamed) : name;
  return [words.sayOf(failures, sentence, { name: called }), words.sayOf(failures, `${kind}Remedy`)];
}

/** An address without what only its server understands. */
function addressOf(url: unknown): string {
  return typeof url === 'string' ? (url.split(/[?#]/, 1)[0] ?? '') : '';
}

/** What this browser says of itself. */
export function circumstancesHere(): Circumstances {
  return {
    userAgent: navigator.userAgent,
    isSecure: isSecureContext,
    hasWebGpu: 'gpu' in navigator,
    isOnline: navigator.onLine,
  };
}

export { reportOf } from '../session/state.ts';
