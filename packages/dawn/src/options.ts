// Dawn's options as text: `backend=vulkan;adapter=NVIDIA;enable-dawn-features=one,two`. Dawn itself passes over what it does not
// know, so that a misspelt option would measure something else than its author believes. Pure.
import { InvalidInputError } from '@longread/core';

/** Which of the machine's adapters Dawn takes, and which of its toggles differ from its own defaults. */
export interface DawnOptions {
  /** Undefined: what Dawn takes on this system. */
  readonly backend?: string;
  /** A part of the adapter's name. */
  readonly adapter?: string;
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
}

const backends = ['vulkan', 'metal', 'd3d12', 'd3d11', 'opengl', 'opengles', 'webgpu', 'null'];

/** Option names are those of the npm package `webgpu`. */
const optionNames = ['backend', 'adapter', 'enable-dawn-features', 'disable-dawn-features'] as const;
type OptionName = (typeof optionNames)[number];

/** Dawn hides shader-f16 on NVIDIA's Vulkan drivers before 615.71 without it; it changes nothing on other adapters. */
const enabledByDefault = ['vulkan_enable_f16_on_nvidia'];
/** Rounds the device's clock to 100 microseconds: a page's protection against other pages, of which there are none here. */
const disabledByDefault = ['timestamp_quantization'];

/**
 * Reads options out of `text`; what is not given has its default, and a toggle may be named in the other list to undo one.
 * @throws InvalidInputError that names the option and its value
 */
export function parseDawnOptions(text = ''): DawnOptions {
  const given = new Map<OptionName, string>();
  for (const item of text.split(';').map((part) => part.trim())) {
    if (item === '') continue;
    const [name, value] = readItem(item);
    if (given.has(name)) throw wrong(name, `${name} is given twice`);
    given.set(name, value);
  }
  const backend = given.get('backend');
  if (backend !== undefined && !backends.includes(backend))
    throw wrong('backend', `there is no backend '${backend}', only ${backends.join(', ')}`);
  const adapter = given.get('adapter');
  const enabled = readToggles('enable-dawn-features', given);
  const disabled = readToggles('disable-dawn-features', given);
  const both = enabled.find((toggle) => disabled.includes(toggle));
  if (both !== undefined) throw wrong('disable-dawn-features', `${both} is both enabled and disabled`);
  return {
    ...(backend === undefined ? {} : { backend }),
    ...(adapter === undefined ? {} : { adapter }),
    enabled: withDefaults(enabled, enabledByDefault, disabled),
    disabled: withDefaults(disabled, disabledByDefault, enabled),
  };
}

/** The options as Dawn takes them, one `name=value` each. */
export function dawnFlags({ backend, adapter, enabled, disabled }: DawnOptions): string[] {
  return [
    ...(backend === undefined ? [] : [`backend=${backend}`]),
    ...(adapter === undefined ? [] : [`adapter=${adapter}`]),
    ...(enabled.length === 0 ? [] : [`enable-dawn-features=${enabled.join(',')}`]),
    ...(disabled.length === 0 ? [] : [`disable-dawn-features=${disabled.join(',')}`]),
  ];
}

/** The options as `parseDawnOptions` reads them, defaults spelt out: for the header of results. */
export function formatDawnOptions(options: DawnOptions): string {
  return dawnFlags(options).join(';');
}

function readItem(item: string): [OptionName, string] {
  const at = item.indexOf('=');
  const name = at < 0 ? item : item.slice(0, at).trim();
  const value = at < 0 ? '' : item.slice(at + 1).trim();
  const known = optionNames.find((candidate) => candidate === name);
  if (known === undefined) throw wrong(name, `there is no option '${name}', only ${optionNames.join(', ')}`);
  if (value === '') throw wrong(name, `${name} has no value`);
  return [known, value];
}

function readToggles(name: OptionName, given: ReadonlyMap<OptionName, string>): string[] {
  const toggles = (given.get(name) ?? '').split(',').map((toggle) => toggle.trim());
  const listed = toggles.filter((toggle) => toggle !== '');
  const bad = listed.find((toggle) => !/^[a-z][a-z0-9_]*$/.test(toggle));
  if (bad !== undefined) throw wrong(name, `'${bad}' is not the name of a toggle`);
  return listed;
}

const withDefaults = (
  own: readonly string[],
  defaults: readonly string[],
  undone: readonly string[],
): string[] => [...new Set([...own, ...defaults.filter((toggle) => !undone.includes(toggle))])];

function wrong(option: string, what: string): InvalidInputError {
  return new InvalidInputError(
    `LONGREAD_DAWN cannot be read: ${what}. Write it as backend=vulkan;adapter=PART OF A NAME;enable-dawn-features=TOGGLE,TOGGLE.`,
    { option },
  );
}
