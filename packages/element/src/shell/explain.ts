// Failures in words for readers: what happened, naming the file, and what to do about it. One table, by the codes of the engine's errors.
import type { ErrorCode } from 'longread';
import type { ErrorReport } from '../session/state.ts';
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

type Words = readonly [sentence: string, remedy: string];

/** The engine's message says it all: its first sentence is what happened, the others what to do. */
function itsOwn({ message, name }: Failure): Words {
  const [, first = message, rest = ''] = /^(.*?[.!?])\s+(\p{Lu}.*)$/su.exec(message) ?? [];
  return [name === '' || first.includes(name) ? first : `${name}: ${first}`, rest];
}

const table: Readonly<Record<ErrorCode | 'Unexpected', (failure: Failure) => Words>> = {
  WebGpuUnavailable: (failure) => {
    if ('kernel' in failure.details)
      return [
        'The graphics of this device compute wrong numbers, so they are not used.',
        'Update the graphics driver or the browser, or use another browser.',
      ];
    const isThere = failure.details.api !== 'navigator.gpu';
    return [
      isThere
        ? 'This browser found no graphics that it could compute with.'
        : 'This browser does not offer WebGPU, with which the reading model runs.',
      webGpuFix({ ...failure, hasWebGpu: isThere }),
    ];
  },
  DeviceLost: ({ name, details }) =>
    details.moved === true
      ? [
          'The tab in which the reading model ran was closed.',
          'This one goes on with it, and what was read is kept. Try again: the model is loaded here first.',
        ]
      : [
          `The graphics of this device stopped${name === '' ? '' : ` at ${name}`}.`,
          'What was read is kept. Close other pages that use the graphics, then try again.',
        ],
  OutOfMemory: ({ name }) => [
    `There is not enough graphics memory${name === '' ? '' : ` for ${name}`}.`,
    'Close other pages that use the graphics, or choose a smaller model in the settings.',
  ],
  LimitExceeded: (failure) =>
    'minimum' in failure.details
      ? ['The graphics of this device are too small for a reading model.', 'Use another device or browser.']
      : itsOwn(failure),
  ShaderCompile: () => [
    'This browser could not prepare its graphics for the reading model.',
    'Update the browser and the graphics driver, or use another browser. What was read is kept.',
  ],
  ModelFormat: ({ name, message }) =>
    message.includes('it is a web page')
      ? [
          `${name || 'The address'} is a web page and no model; it may ask to log in.`,
          'Open the address in a tab of its own, download the file there, and choose it here as a file of your own.',
        ]
      : [
          `${name || 'That file'} is no model that Longread can run.`,
          'Choose one of the recommended models, or another file (.gguf, or a folder with .safetensors).',
        ],
  Integrity: ({ name }) => [
    `${name || 'A stored file'} is damaged, or is not what it was.`,
    'Delete it here and give it again: a document is read anew, a model fetched anew.',
  ],
  Network: (failure) => {
    const { details, isOnline, name } = failure;
    if ('reason' in details) return itsOwn(failure); // a server that was to answer says what is wrong in its own words
    const what = name || 'The file';
    if (!isOnline)
      return [
        `${what} could not be fetched: this device is offline.`,
        'Connect it and try again. What is kept in this browser opens without a connection.',
      ];
    const status = Number(details.status ?? 0);
    if (status === 404 || status === 410)
      return [
        `There is no file at ${name || 'that address'}.`,
        'Check the address, or choose another model.',
      ];
    if (status === 401 || status === 403)
      return [
        `${what} is not open to everybody: the server asks who you are.`,
        'Log in there in a tab of its own, download the file, and choose it here as a file of your own.',
      ];
    if (status === 429 || status >= 500)
      return [`The server of ${name || 'that file'} is busy or out of order.`, 'Try again in some minutes.'];
    return [
      `${what} could not be fetched.`,
      'Check the connection and the address, and whether its server lets other pages read it (CORS); then try again. What arrived is kept.',
    ];
  },
  StorageQuota: ({ name }) => [
    `This browser has no room left${name === '' ? '' : ` for ${name}`}.`,
    'Delete documents or models in the settings, then try again: reading goes on where it stopped.',
  ],
  DocumentInUse: ({ name }) => [
    `${name || 'That document'} is in use in another tab.`,
    'Close it there, or wait until that tab is done, then try again.',
  ],
  Aborted: ({ name }) => [
    `${name === '' ? 'It' : name} was stopped.`,
    'What was read until then is kept; open it again to go on.',
  ],
  InvalidInput: itsOwn,
  Closed: ({ name }) => [`${name || 'It'} was closed meanwhile.`, 'Open it again.'],
  Unexpected: ({ name }) => [
    `Something went wrong in Longread itself${name === '' ? '' : ` with ${name}`}.`,
    'Reload the page and try again: what was read is kept. If it happens again, report the small print.',
  ],
};

/** Codes that no table knows, as of an engine that a page brought, are explained by their own message. */
export function explain(report: ErrorReport, circumstances: Circumstances): Explanation {
  const { code, message, details = {}, about = addressOf(details.url) } = report;
  const words = Object.hasOwn(table, code) ? table[code as ErrorCode] : itsOwn;
  const [sentence, remedy] = words({ ...circumstances, message, details, name: about });
  const isSaid = words === itsOwn || `${sentence} ${remedy}`.includes(message);
  return { sentence, remedy, technical: isSaid ? '' : message };
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
