// The model: which one runs and on what, or the ways to load one.
import { html, nothing, type TemplateResult } from 'lit';
import type { Actions } from '../actions.ts';
import { formatCount } from '../format.ts';
import type { SessionState } from '../session-state.ts';
import { renderFileButton } from './file-button.ts';

export function renderModel(
  state: SessionState,
  hasModelUrl: boolean,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { info, phase } = state;
  if (info) {
    return html`<p class="model muted" part="model">
      ${info.model} on ${info.adapter}, window of ${formatCount(info.contextLength)} tokens
    </p>`;
  }
  if (phase !== 'idle') return nothing;
  return html`<section class="card" aria-labelledby="model-heading">
    <h3 id="model-heading">No model is loaded</h3>
    <div class="row">
      ${
        hasModelUrl
          ? html`<button type="button" class="primary" part="button" @click=${actions.loadModel}>
              Load the model
            </button>`
          : nothing
      }
      ${renderFileButton({
        id: 'model-file',
        label: 'Choose model files (.gguf, or all files beside .safetensors)',
        accept: '.gguf,.safetensors,.json,.jinja',
        isPrimary: false,
        isMultiple: true, // a model may be of several
        onFiles: actions.pickModel,
      })}
    </div>
  </section>`;
}
