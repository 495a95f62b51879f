// The model: which one runs, or the ways to load one.
import { html, nothing, type TemplateResult } from 'lit';
import type { View } from '../view.ts';
import { renderFileButton } from './file-button.ts';

/** Which one runs, in few words; the device's own name for itself is its title. */
export function renderModelChip({ state, words }: View): TemplateResult | typeof nothing {
  const { info } = state;
  if (!info) return nothing;
  return html`<p class="chip" part="model" title=${info.adapter}>
    <span class="dot"></span>${words.say('onThisDevice', { model: info.model })}
  </p>`;
}

export function renderModel({ state, words, actions, hasModelUrl }: View): TemplateResult | typeof nothing {
  if (state.info || state.phase !== 'idle') return nothing;
  return html`<section class="card" aria-labelledby="model-heading">
    <h3 id="model-heading">${words.say('noModel')}</h3>
    <p class="muted">${words.say('noModelHint')}</p>
    <div class="row">
      ${
        hasModelUrl
          ? html`<button type="button" class="primary" part="button" @click=${actions.loadModel}>
              ${words.say('loadModel')}
            </button>`
          : nothing
      }
      ${renderFileButton({
        id: 'model-file',
        label: words.say('chooseModel'),
        accept: '.gguf,.safetensors,.json,.jinja',
        isMultiple: true, // a model may be of several
        onFiles: actions.pickModel,
      })}
    </div>
  </section>`;
}
