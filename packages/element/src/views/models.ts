// Model files kept in this browser, whole or in part, to delete.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { StoredModel } from 'longread';
import type { View } from '../view.ts';
import { fileNameOf } from '../words.ts';

export function renderModels(view: View): TemplateResult | typeof nothing {
  const { models } = view.state;
  if (models.length === 0) return nothing;
  return html`<section class="kept" part="models" aria-labelledby="models-heading">
    <h2 id="models-heading">${view.words.say('models')}</h2>
    <ul>
      ${repeat(
        models,
        ({ url }) => url,
        (model) => renderItem(model, view),
      )}
    </ul>
  </section>`;
}

function renderItem(model: StoredModel, { state, words, actions }: View): TemplateResult {
  const name = fileNameOf(model.url);
  return html`<li class="item" part="library-item">
    <div class="name">
      <span class="title"><bdi>${name}</bdi></span>
      <span class="muted">${words.storedModel(model)}</span>
    </div>
    <button
      type="button"
      class="quiet"
      part="button"
      aria-label=${words.say('deleteModel', { name })}
      aria-disabled=${state.phase !== 'ready'}
      @click=${() => actions.deleteModel(model)}
    >
      ${words.say('deleteIt')}
    </button>
  </li>`;
}
