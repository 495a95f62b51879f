// Documents kept in this browser, to open or to delete, and what they take.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { DocumentManifest } from 'longread';
import type { View } from '../view.ts';
import type { Words } from '../words.ts';
import { renderFile } from './document.ts';
import { renderModels } from './models.ts';

export function renderLibrary(view: View): TemplateResult | typeof nothing {
  const { state, words, hasLibrary } = view;
  const { documents, document, phase } = state;
  const canAdd = phase === 'ready' && (document !== undefined || view.isFull);
  if (!hasLibrary) return nothing;
  return html`<section class="kept" part="library" aria-labelledby="library-heading">
      <h3 id="library-heading" tabindex="-1">${words.say('library')}</h3>
      <ul>
        ${repeat(
          documents,
          ({ id }) => id,
          (manifest) => renderItem(manifest, view),
        )}
      </ul>
      ${canAdd && document ? renderFile('addDocument', false, view) : nothing} ${renderUsage(view)}
    </section>
    ${renderModels(view)}`;
}

function renderUsage({ state, words }: View): TemplateResult | typeof nothing {
  const { usage, documents } = state;
  if (documents.length === 0) return nothing;
  const own = documents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const line =
    usage && usage.quotaBytes > 0
      ? words.say('used', { used: words.bytes(usage.usedBytes), quota: words.bytes(usage.quotaBytes) })
      : words.say('usedOnly', { used: words.bytes(own) });
  return html`<p class="muted">${words.say('documents', { count: documents.length })} · ${line}</p>`;
}

function renderItem(manifest: DocumentManifest, { state, words, actions }: View): TemplateResult {
  const { id, title } = manifest;
  const isOpen = id === state.document?.manifest.id;
  const canChange = state.phase === 'ready';
  return html`<li class="item" part="library-item" aria-current=${isOpen ? 'true' : nothing}>
    <div class="name">
      <button
        type="button"
        class="title"
        part="button"
        dir="auto"
        aria-label=${words.say('openTitle', { title })}
        aria-disabled=${!canChange || isOpen}
        @click=${() => isOpen || actions.openDocument(id)}
      >
        ${title}
      </button>
      <span class="muted">${describe(manifest, words)}</span>
    </div>
    <button
      type="button"
      class="quiet"
      part="button"
      aria-label=${words.say('deleteTitle', { title })}
      aria-disabled=${!canChange}
      @click=${() => actions.deleteDocument(manifest)}
    >
      ${words.say('deleteIt')}
    </button>
  </li>`;
}

function describe({ sizeBytes, state, usedAt }: DocumentManifest, words: Words): string {
  const unfinished = state === 'reading' ? [words.say('notRead')] : [];
  return [...unfinished, words.bytes(sizeBytes), words.date(usedAt)].join(' · ');
}
