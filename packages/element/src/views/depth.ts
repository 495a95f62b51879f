// How deep a document is read: chosen before it is, by what each way costs and finds.
import { html, nothing, type TemplateResult } from 'lit';
import type { EngineInfo, PresetName } from 'longread';
import { kept } from '../copy/kept.ts';
import { distinctPresets, type Preset } from '../session/sharing.ts';
import type { View } from '../view.ts';
import type { Words } from '../words.ts';

type KeptKey = keyof typeof kept;

const names: Readonly<Record<PresetName, readonly [name: KeptKey, note: KeptKey]>> = {
  skim: ['presetSkim', 'presetSkimNote'],
  read: ['presetRead', 'presetReadNote'],
  study: ['presetStudy', 'presetStudyNote'],
};

export function nameOfPreset({ name }: Pick<Preset, 'name'>, words: Words): string {
  return words.sayOf(kept, names[name][0]);
}

/** Where the model can be read with in more than one way. */
export function renderDepth({ state, words, preset, actions }: View): TemplateResult | typeof nothing {
  const { info } = state;
  const presets = info ? distinctPresets(info) : [];
  if (!info || presets.length < 2) return nothing;
  const chosen = presets.find(({ fingerprint }) => fingerprint === wantedIn(info, preset)?.fingerprint);
  const onChange = (event: Event): void => {
    const { value } = event.currentTarget as HTMLSelectElement;
    const next = presets.find(({ name }) => name === value);
    if (next) actions.choosePreset(next.name);
  };
  return html`<div class="depth">
    <label for="preset">${words.sayOf(kept, 'preset')}</label>
    <select id="preset" part="select" aria-describedby="preset-note" @change=${onChange}>
      ${presets.map(
        (each) =>
          html`<option value=${each.name} .selected=${each === chosen}>${nameOfPreset(each, words)}</option>`,
      )}
    </select>
    <p id="preset-note" class="muted" aria-live="polite">${chosen ? noteOn(chosen, info, words) : nothing}</p>
  </div>`;
}

/** @param name the engine's own where there is none, or none of that name. */
function wantedIn({ presets, calibration }: EngineInfo, name: string | undefined): Preset | undefined {
  const own = presets.find((preset) => preset.name === calibration.preset);
  return presets.find((preset) => preset.name === name) ?? own;
}

/** What it costs beside the usual way, and how much a question gathers. */
function noteOn(preset: Preset, { presets }: EngineInfo, words: Words): string {
  const usual = presets.find(({ name }) => name === 'read');
  const share = usual ? preset.exitLayer / usual.exitLayer : 1;
  return [
    words.sayOf(kept, names[preset.name][1]),
    ...(usual && share !== 1
      ? [
          words.sayOf(kept, 'presetTime', {
            percent: words.percent(share),
            other: nameOfPreset(usual, words),
          }),
        ]
      : []),
    words.sayOf(kept, 'presetGathers', { count: preset.gatherSize }),
  ].join(' ');
}
