// A <long-read> on the page for each test, and ways to look at it and to use it as a reader would.
import { userEvent } from 'vitest/browser';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { LongReadElement } from '../index.ts';
import '../views/dialogs.ts'; // at hand, as what comes late is, so that no test waits for it
import '../views/late.ts';
import { FakeEngine } from './fake-engine.ts';

/** The element under test and the engine to give it; fresh in every test. */
export let element: LongReadElement;
export let engine: FakeEngine;

/** Call once at the top of a test file. */
export function mountForEachTest(): void {
  beforeEach(() => {
    engine = new FakeEngine();
    element = new LongReadElement();
    document.body.replaceChildren(element);
  });
  afterEach(() => {
    element.remove();
    vi.restoreAllMocks();
  });
}

export const root = (): ShadowRoot => element.shadowRoot ?? expect.fail('no shadow root');
/** All text of the element with runs of white space as one space. */
export const text = (): string => root().textContent.replace(/\s+/g, ' ');
/** Id of what has focus. */
export const focused = (): string | undefined => root().activeElement?.id;

export function get(selector: string): HTMLElement;
export function get<E extends Element>(selector: string, type: abstract new () => E): E;
export function get(selector: string, type: abstract new () => Element = HTMLElement): Element {
  const found = root().querySelector(selector);
  return found instanceof type ? found : expect.fail(`no ${selector} in ${root().innerHTML}`);
}

/** A button by its accessible name. */
export function button(name: string): HTMLButtonElement {
  const found = [...root().querySelectorAll('button')].find(
    (candidate) => (candidate.ariaLabel ?? candidate.textContent).trim() === name,
  );
  return found ?? expect.fail(`no button ${name}`);
}

/** Shows what can be done with a stored document. */
export async function openMenu(title: string): Promise<void> {
  button(`More for ${title}`).click();
  await element.updateComplete;
}

/** Waits until the engine is quiet and the view is up to date. */
export async function ready(): Promise<void> {
  await vi.waitFor(() => expect(element.phase).toBe('ready'));
  await element.updateComplete;
}

/** Picks a file as a reader does. */
export function pick(name: string): void {
  const input = get('#file', HTMLInputElement);
  const data = new DataTransfer();
  data.items.add(new File(['Call me Ishmael.'], name));
  input.files = data.files;
  input.dispatchEvent(new Event('change'));
}

export async function openBook(): Promise<void> {
  element.engine = engine;
  await ready();
  pick('moby.txt');
  await vi.waitFor(() => expect(text()).toContain('moby.txt is ready'), { timeout: 20_000 }); // the readers are loaded first
  await ready();
}

/** Types into the question field and presses Enter. */
export async function ask(question: string): Promise<void> {
  get('#question').focus();
  await userEvent.keyboard(question);
  await userEvent.keyboard('{Enter}');
}

/** The detail of the next event of this name. */
export function nextEvent(name: string): Promise<unknown> {
  return new Promise((resolve) => {
    const listener = (event: Event): void => resolve((event as CustomEvent<unknown>).detail);
    document.addEventListener(name, listener, { once: true });
  });
}
