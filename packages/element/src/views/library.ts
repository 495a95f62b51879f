// Documents kept in this browser, to open or to delete.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { DocumentManifest } from 'longread';
import type { Actions } from '../actions.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { SessionState } from '../session-state.ts';

export function renderLibrary(state: SessionState, actions: Actions): TemplateResult | typeof nothing {
  const { documents, document, phase } = state;
  if (documents.length === 0) return nothing;
  const sizeBytes = documents.reduce((sum, manifest) => sum + manifest.sizeBytes, 0);
  return html`<section class="library" part="library" aria-labelledby="library-heading">
    <h3 id="library-heading" tabindex="-1">Kept in this browser</h3>
    <p class="muted">
      ${formatCount(documents.length)} ${documents.length === 1 ? 'document' : 'documents'},
      ${formatBytes(sizeBytes)}
    </p>
    <ul>
      ${repeat(
        documents,
        ({ id }) => id,
        (manifest) => renderItem(manifest, manifest.id === document?.manifest.id, phase === 'ready', actions),
      )}
    </ul>
  </section>`;
}

function renderItem(
  manifest: DocumentManifest,
  isOpen: boolean,
  canChange: boolean,
  actions: Actions,
): TemplateResult {
  const { id, title } = manifest;
  return html`<li class="row" part="library-item" aria-current=${isOpen ? 'true' : nothing}>
    <div class="grow">
      <span class="title">${title}</span>
      <span class="muted">${describe(manifest)}${isOpen ? ' · open' : nothing}</span>
    </div>
    <div class="buttons">
      <button
        type="button"
        part="button"
        aria-label=${`Open ${title}`}
        aria-disabled=${!canChange || isOpen}
        @click=${() => isOpen || actions.openDocument(id)}
      >
        Open
      </button>
      <button
        type="button"
        part="button"
        aria-label=${`Delete ${title}`}
        aria-disabled=${!canChange}
        @click=${() => actions.deleteDocument(manifest)}
      >
        Delete
      </button>
    </div>
  </li>`;
}

function describe({ numTokens, sizeBytes, state, usedAt }: DocumentManifest): string {
  const used = new Date(usedAt).toLocaleDateString('en', { dateStyle: 'medium' });
  const unfinished = state === 'reading' ? ', not read to its end' : '';
  return `${formatCount(numTokens)} tokens${unfinished} · ${formatBytes(sizeBytes)} · used ${used}`;
}
