// Documents kept in this browser, to open or to delete, and what they take.
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import type { DocumentManifest } from 'longread';
import { askedOf } from '../session/asked.ts';
import type { View } from '../view.ts';
import { renderFile } from './document.ts';
import { renderFileButton } from './file-button.ts';
import { renderModels } from './models.ts';

/** Documents from which on there is a field to search them. */
const manyDocuments = 6;

export function renderLibrary(view: View): TemplateResult | typeof nothing {
  const { state, words, actions, hasLibrary, search } = view;
  const { documents, phase } = state;
  if (!hasLibrary) return nothing;
  const isReady = phase === 'ready';
  const sought = search.trim().toLocaleLowerCase();
  const found = documents.filter(({ title }) => title.toLocaleLowerCase().includes(sought));
  return html`<section class="kept" part="library" aria-labelledby="library-heading">
      <h2 id="library-heading" tabindex="-1">${words.say('library')}</h2>
      ${documents.length >= manyDocuments || search !== '' ? renderSearch(view) : nothing}
      <ul>
        ${sought === '' ? view.dialogs?.renderTogetherItems(view) : nothing}
        ${repeat(
          found,
          ({ id }) => id,
          (manifest) => renderItem(manifest, view),
        )}
      </ul>
      ${found.length === 0 && sought !== '' ? html`<p class="muted">${words.say('nothingFound')}</p>` : nothing}
      ${isReady && askedOf(state) ? view.dialogs?.renderDepth(view) : nothing}
      <div class="row">
        ${isReady && askedOf(state) ? renderFile('addDocument', false, view) : nothing}
        ${
          isReady
            ? renderFileButton({
                id: 'import-file',
                label: words.say('importFile'),
                accept: '.longread',
                look: 'link',
                onFiles: ([file]) => actions.importDocument(file),
              })
            : nothing
        }
      </div>
      ${renderUsage(view)}
    </section>
    ${renderModels(view)}`;
}

function renderSearch({ words, actions, search }: View): TemplateResult {
  const onInput = (event: Event): void => actions.search((event.currentTarget as HTMLInputElement).value);
  return html`<input
    id="search"
    type="search"
    part="search"
    dir="auto"
    aria-label=${words.say('search')}
    placeholder=${words.say('search')}
    .value=${search}
    @input=${onInput}
  />`;
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

function renderItem(manifest: DocumentManifest, view: View): TemplateResult {
  const { state, words, actions, menu } = view;
  const { id, title } = manifest;
  const isOpen = id === state.document?.manifest.id;
  const canChange = state.phase === 'ready';
  if (view.renaming === id) return renderRenaming(manifest, view);
  return html`<li class="item" part="library-item" aria-current=${isOpen ? 'true' : nothing}>
    <div class="name">
      <button
        type="button"
        class="title"
        part="button"
        aria-label=${words.say('openTitle', { title })}
        aria-disabled=${!canChange || isOpen}
        @click=${() => isOpen || actions.openDocument(id)}
      >
        <bdi>${title}</bdi>
      </button>
      <span class="muted">${describe(manifest, view)}</span>
    </div>
    <button
      type="button"
      class="quiet"
      part="button"
      aria-label=${words.say('moreFor', { title })}
      aria-expanded=${menu === id}
      @click=${() => actions.toggleMenu(id)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M3 8h.01M8 8h.01M13 8h.01" stroke-width="2.5" stroke-linecap="round" />
      </svg>
    </button>
    ${menu === id ? view.dialogs?.renderMenu(manifest, isOpen, view) : nothing}
  </li>`;
}

/** A field in the place of the title: Enter or Save keeps what is in it, Escape does not. */
function renderRenaming({ id, title }: DocumentManifest, { words, actions }: View): TemplateResult {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('title') as HTMLInputElement;
    if (field.value.trim() !== '') actions.rename(id, field.value);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') actions.startRenaming(undefined);
  };
  return html`<li class="item" part="library-item">
    <form class="renaming" @submit=${onSubmit} @keydown=${onKey}>
      <input
        name="title"
        part="search"
        dir="auto"
        required
        maxlength="500"
        aria-label=${words.say('newTitle', { title })}
        .value=${title}
        ${ref(selectIt)}
      />
      <button type="submit" part="button">${words.say('saveTitle')}</button>
    </form>
  </li>`;
}

/** The same function for every field: it is called when one appears. */
function selectIt(field: Element | undefined): void {
  // It is in the page, and can have the focus, when the update is over.
  queueMicrotask(() => (field as HTMLInputElement | undefined)?.select());
}

function describe(manifest: DocumentManifest, { state: { info }, words, dialogs }: View): string {
  const { sizeBytes, state, usedAt } = manifest;
  const unfinished = state === 'reading' ? [words.say('notRead')] : [];
  const how = info && dialogs ? dialogs.howItWasRead(manifest, info, words) : [];
  return [...unfinished, ...how, words.bytes(sizeBytes), words.date(usedAt)].join(' · ');
}
