// Model files kept in this browser, whole or in part, to delete.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { StoredModel } from 'longread';
import type { Actions } from '../actions.ts';
import { fileNameOf, formatBytes } from '../format.ts';
import type { SessionState } from '../session-state.ts';

export function renderModels(state: SessionState, actions: Actions): TemplateResult | typeof nothing {
  const { models, phase } = state;
  if (models.length === 0) return nothing;
  return html`<section class="library" part="models" aria-labelledby="models-heading">
    <h3 id="models-heading">Models kept in this browser</h3>
    <ul>
      ${repeat(
        models,
        ({ url }) => url,
        (model) => renderItem(model, phase === 'ready', actions),
      )}
    </ul>
  </section>`;
}

function renderItem(model: StoredModel, canChange: boolean, actions: Actions): TemplateResult {
  const name = fileNameOf(model.url);
  return html`<li class="row" part="library-item">
    <div class="grow">
      <span class="title">${name}</span>
      <span class="muted">${describe(model)} · from ${new URL(model.url).host}</span>
    </div>
    <button
      type="button"
      part="button"
      aria-label=${`Delete the model ${name}`}
      aria-disabled=${!canChange}
      @click=${() => actions.deleteModel(model)}
    >
      Delete
    </button>
  </li>`;
}

function describe({ sizeBytes, totalBytes, complete }: StoredModel): string {
  if (complete) return formatBytes(sizeBytes);
  const total = totalBytes > 0 ? ` of ${formatBytes(totalBytes)}` : '';
  return `${formatBytes(sizeBytes)}${total}, not fetched to its end`;
}
