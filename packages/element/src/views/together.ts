// Several documents that are asked as one: their entry in the library, and what is said of them where a document would be.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { DocumentManifest, EngineInfo } from 'longread';
import { kept } from '../copy/kept.ts';
import { groupsOf, presetOf, whyLeftOut, type Group } from '../session/sharing.ts';
import type { Together } from '../session/state.ts';
import type { View } from '../view.ts';
import type { Words } from '../words.ts';
import { nameOfPreset } from './depth.ts';

/** Where there are documents that can be asked as one. */
export function renderTogetherItems(view: View): TemplateResult | typeof nothing {
  const { documents, info } = view.state;
  if (!info) return nothing;
  const groups = groupsOf(documents, info);
  return html`${groups.map((group) => renderItem(group, groups.length > 1, view))}`;
}

/** @param isOneOfMany then it says in what its documents were read. */
function renderItem({ preset, documents }: Group, isOneOfMany: boolean, view: View): TemplateResult {
  const { state, words, actions } = view;
  const [open] = state.together?.set.documents ?? [];
  const isOpen = open?.fingerprint === preset.fingerprint;
  const all = words.say('allDocuments');
  const title = isOneOfMany ? words.sayOf(kept, 'allIn', { preset: nameOfPreset(preset, words) }) : all;
  const counts = { count: documents.length, total: state.documents.length };
  return html`<li class="item" part="library-item" aria-current=${isOpen ? 'true' : nothing}>
    <div class="name">
      <button
        type="button"
        class="title"
        part="button"
        aria-label=${words.sayOf(kept, 'askTogether', { title, ...counts })}
        aria-disabled=${state.phase !== 'ready'}
        @click=${() => actions.openTogether(documents.map(({ id }) => id))}
      >
        ${title}
      </button>
      <span class="muted"
        >${
          counts.count < counts.total
            ? words.sayOf(kept, 'countOf', counts)
            : words.say('documents', { count: counts.count })
        }</span
      >
    </div>
  </li>`;
}

/** Which they are and which are not, or of which of them the text is shown. */
export function renderTogether({ set, texts }: Together, view: View): TemplateResult {
  const { state, words, actions, isFull } = view;
  const { text, documents } = state;
  const count = set.documents.length;
  if (text && isFull)
    return html`<header class="document" part="document">
      <h2 id="document-heading" part="title" dir="auto">${text.title}</h2>
      <p class="muted">
        ${words.sayOf(kept, 'oneOfTogether', { count })}
        <button type="button" class="link" part="button" @click=${() => actions.showDocument(undefined)}>
          ${words.sayOf(kept, 'showAll')}
        </button>
      </p>
    </header>`;
  const others = documents.filter(({ id }) => !texts.has(id));
  return html`<div class="document" part="document">
    <h2 id="document-heading" part="title">${words.say('allDocuments')}</h2>
    <p class="muted">${words.sayOf(kept, 'askedTogether', { count })}</p>
    <div class="together">
      <ul aria-labelledby="document-heading">
        ${repeat(
          set.documents,
          ({ id }) => id,
          ({ id, title }) =>
            html`<li>
              ${
                isFull
                  ? html`<button
                      type="button"
                      class="link"
                      part="button"
                      aria-label=${words.sayOf(kept, 'showText', { title })}
                      @click=${() => actions.showDocument(id)}
                    >
                      <bdi>${title}</bdi>
                    </button>`
                  : html`<bdi>${title}</bdi>`
              }
            </li>`,
        )}
      </ul>
      ${
        others.length > 0
          ? html`<h3 id="left-out-heading">${words.sayOf(kept, 'leftOut')}</h3>
              <ul aria-labelledby="left-out-heading">
                ${others.map((manifest) => html`<li>${renderLeftOut(manifest, set.documents[0], view)}</li>`)}
              </ul>`
          : nothing
      }
    </div>
  </div>`;
}

/** @param among one of those that are asked together. */
function renderLeftOut(
  manifest: DocumentManifest,
  among: DocumentManifest | undefined,
  { state: { info }, words }: View,
): TemplateResult {
  return html`<bdi>${manifest.title}</bdi>
    <span class="muted">${info && among ? reasonOf(manifest, among, info, words) : nothing}</span>`;
}

function reasonOf(
  manifest: DocumentManifest,
  { fingerprint }: DocumentManifest,
  info: EngineInfo,
  words: Words,
): string {
  switch (whyLeftOut(manifest, fingerprint, info)) {
    case 'notWhole':
      return words.sayOf(kept, 'leftOutNotWhole');
    case 'otherModel':
      return words.sayOf(kept, 'leftOutOtherModel');
    case 'cameLater':
      return words.sayOf(kept, 'leftOutCameLater', { all: words.say('allDocuments') });
    case 'otherPreset': {
      const preset = presetOf(manifest, info);
      return words.sayOf(kept, 'leftOutOtherPreset', { preset: preset ? nameOfPreset(preset, words) : '' });
    }
  }
}
