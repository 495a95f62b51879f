// The document: which one is open, or the ways to give one (file, drop, paste).
import { html, nothing, type TemplateResult } from 'lit';
import type { LongreadDocument } from 'longread';
import type { Actions } from '../actions.ts';
import { formatCount, formatSeconds } from '../format.ts';
import type { SessionState } from '../session-state.ts';
import { renderFileButton } from './file-button.ts';

const accept = 'text/*,.txt,.md,.markdown,.html,.csv,.json,.log,.tex,.rst';

export function renderDocument(state: SessionState, actions: Actions): TemplateResult | typeof nothing {
  const { document, phase } = state;
  if (document) return renderOpen(document, phase === 'ready', actions);
  if (phase !== 'ready') return nothing;
  return html`<section class="card drop" part="picker" aria-labelledby="picker-heading">
    <h3 id="picker-heading">Pick a document</h3>
    <div class="row">
      ${renderPicker('Choose a text file', true, actions)} <span class="muted">or drop it here</span>
    </div>
    ${renderPaste(actions)}
  </section>`;
}

function renderOpen(document: LongreadDocument, canChange: boolean, actions: Actions): TemplateResult {
  const { manifest } = document;
  const elapsedMs = document.phases.reduce((sum, { ms }) => sum + ms, 0);
  const how = document.opened
    ? 'Opened from this browser’s storage'
    : `Read in ${formatSeconds(elapsedMs)} and kept in this browser`;
  return html`<section class="row document" part="document" aria-labelledby="document-heading">
    <div class="grow">
      <h3 id="document-heading" part="title">${manifest.title}</h3>
      <p class="muted">
        ${how} · ${formatCount(manifest.numTokens)}
        tokens${manifest.state === 'reading' ? ', not read to its end' : nothing}
      </p>
      ${document.notes.map((note) => html`<p class="muted" part="note">${note}</p>`)}
    </div>
    ${canChange ? renderPicker('Choose another', false, actions) : nothing}
  </section>`;
}

function renderPicker(label: string, isPrimary: boolean, actions: Actions): TemplateResult {
  return renderFileButton({
    id: 'file',
    label,
    accept,
    isPrimary,
    onFiles: ([file]) => actions.pickDocument(file),
  });
}

function renderPaste(actions: Actions): TemplateResult {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('text') as HTMLTextAreaElement;
    actions.readText(field.value);
  };
  return html`<details>
    <summary>Or paste a text</summary>
    <form @submit=${onSubmit}>
      <label for="paste">Text to read</label>
      <textarea id="paste" name="text" rows="6" required></textarea>
      <button type="submit" part="button">Read this text</button>
    </form>
  </details>`;
}
