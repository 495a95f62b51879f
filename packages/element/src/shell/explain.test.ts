// What readers are told of failures: every class of the engine's errors has its words, and what bites is said as it is.
import * as core from '@longread/core';
import { describe, expect, test } from 'vitest';
import { reportAbout, reportOf } from '../session/state.ts';
import { failures } from '../copy/failures.ts';
import type { Strings } from '../strings.ts';
import { Words } from '../words.ts';
import { explain as explainIn, type Circumstances } from './explain.ts';

const explain = (report: Parameters<typeof explainIn>[0], here: Circumstances) =>
  explainIn(report, here, new Words());

const here: Circumstances = {
  userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36',
  isSecure: true,
  hasWebGpu: true,
  isOnline: true,
};

type ErrorClass = new (message: string, details?: core.ErrorDetails) => core.LongreadError;
const classes = Object.entries(core).flatMap(([name, value]) =>
  typeof value === 'function' && value.prototype instanceof core.LongreadError
    ? [[name, value as unknown as ErrorClass] as const]
    : [],
);

test('core has the classes that are explained here', () => {
  expect(classes.length).toBeGreaterThanOrEqual(13);
});

test.for(classes)('%s: two whole sentences, the file named, no code in them', ([, Class]) => {
  const error = new Class('Tensor blk.0 is 3 bytes long, at most 2 fit. Choose another file.');
  const report = reportAbout('lease.txt', reportOf(error));
  const { sentence, remedy, technical } = explain(report, here);
  expect(sentence).toMatch(/^[A-Za-z].*[.!?]$/s);
  expect(remedy).toMatch(/^[A-Z].*[.!?]$/s);
  expect(`${sentence} ${remedy}`).not.toContain(error.code);
  const isAboutDevice = ['WebGpuUnavailable', 'ShaderCompile'].includes(error.code);
  if (!isAboutDevice) expect(sentence).toContain('lease.txt');
  expect(`${sentence} ${remedy} ${technical}`).toContain('at most 2 fit');
});

test('a failure that has no code is said to be our own, with its words as small print', () => {
  const told = explain(reportOf(new TypeError('x is undefined')), here);
  expect(told.sentence).toContain('Longread itself');
  expect(told.technical).toBe('x is undefined');
});

test('the code of an engine that a page brought is explained by its own message', () => {
  const told = explain({ code: 'toString', message: 'The tape is out. Put in another.' }, here);
  expect(told).toEqual({ sentence: 'The tape is out.', remedy: 'Put in another.', technical: '' });
});

test('the end of the tab that ran the engine is told as that, and not as a fault of the graphics', () => {
  const moved = new core.DeviceLostError('The tab that ran the engine was closed.', { moved: true });
  const told = explain(reportAbout('lease.txt', reportOf(moved)), here);
  expect(told.sentence).toBe('The tab in which the reading model ran was closed.');
  expect(told.remedy).toContain('Try again');
  expect(`${told.sentence} ${told.remedy}`).not.toContain('graphics');
});

const network = (details: core.ErrorDetails): core.NetworkError =>
  new core.NetworkError('The model could not be fetched.', details);

describe('of a file that was not fetched', () => {
  const url = 'https://models.example/a.gguf?sha256=12';
  test.for([
    [
      'a missing one is named by its address',
      { status: 404 },
      'There is no file at https://models.example/a.gguf.',
    ],
    ['a login is told', { status: 401 }, 'asks who you are'],
    ['a busy server is told', { status: 503 }, 'busy'],
    ['anything else asks for the connection', {}, 'https://models.example/a.gguf could not be fetched.'],
  ] as const)('%s', ([, details, expected]) => {
    expect(explain(reportOf(network({ url, ...details })), here).sentence).toContain(expected);
  });

  test('without a connection that comes first', () => {
    const told = explain(reportOf(network({ url, status: 404 })), { ...here, isOnline: false });
    expect(told.sentence).toContain('offline');
    const script = reportAbout('b.txt', reportOf(network({ reason: 'script' })));
    expect(explain(script, { ...here, isOnline: false }).sentence).toBe(
      'A part of Longread could not be fetched: this device is offline.',
    );
  });

  test('a web page in the place of a model is told, and how to get the model', () => {
    const error = new core.ModelFormatError(
      'This is no GGUF file: it is a web page titled "Log in". Open it.',
      {},
    );
    const told = explain(reportAbout('a.gguf', reportOf(error)), here);
    expect(told.sentence).toBe('a.gguf is a web page and no model; it may ask to log in.');
    expect(told.remedy).toContain('download');
  });
});

describe('without WebGPU the fix is that of the browser', () => {
  const error = new core.WebGpuUnavailableError('None.', { api: 'navigator.gpu' });
  const linux = 'Mozilla/5.0 (X11; Linux x86_64)';
  test.for([
    [`${linux} Gecko/20100101 Firefox/146.0`, true, 'dom.webgpu.enabled'],
    [`${linux} Chrome/150.0 Safari/537.36`, true, 'chrome://flags'],
    ['Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0', true, 'Update the browser'],
    ['Mozilla/5.0 (Macintosh) Version/18.0 Safari/605.1.15', true, 'Safari 26'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) CriOS/150.0 Safari/604.1', true, 'iOS'],
    ['Mozilla/5.0 (Linux; Android 11) Chrome/150.0 Mobile Safari/537.36', true, 'Android'],
    ['Lynx/2.9', true, 'Use a current'],
    [`${linux} Chrome/150.0 Safari/537.36`, false, 'https'],
  ] as const)('%s, secure %s', ([userAgent, isSecure, expected]) => {
    expect(explain(reportOf(error), { ...here, userAgent, isSecure }).remedy).toContain(expected);
  });

  test('where it found no adapter, acceleration is to be switched on', () => {
    const none = new core.WebGpuUnavailableError('None.', { api: 'requestAdapter' });
    expect(explain(reportOf(none), here).remedy).toContain('chrome://settings/system');
  });
});

test.for(classes)('%s: nothing of it stays English in another language', ([, Class]) => {
  const entries = Object.entries(failures).map(([key, copy]) => {
    const parts = copy
      .split(/(\{\w+\})/)
      .map((part) => (part.startsWith('{') ? part : part.replace(/[a-z]/gi, 'ש')));
    return [key, parts.join('')];
  });
  const hebrew = new Words('he', Object.fromEntries(entries) as Strings);
  for (const details of [{}, { moved: true }, { kernel: 'x' }, { api: 'requestAdapter' }, { status: 503 }]) {
    const error = new Class('1.', details);
    const { sentence, remedy } = explainIn(reportAbout('7.7', reportOf(error)), here, hebrew);
    expect(`${sentence} ${remedy}`.replace(/chrome(?=:)/g, '')).not.toMatch(/[a-z{}]/i);
  }
});
