// The files of a document that was made of many: each is taken out of what is gathered, and back.
import { html, nothing, type TemplateResult } from 'lit';
import { kept } from '../copy/kept.ts';
import { filesOf, type DocumentFile } from '../session/files.ts';
import type { View } from '../view.ts';

/** Of the open document; nothing where it is one file. */
export function renderFiles(view: View): TemplateResult | typeof nothing {
  const { state, words, actions, hasFilesOpen } = view;
  const files = state.document ? filesOf(state.document.manifest) : [];
  if (files.length === 0) return nothing;
  const count = files.filter(({ isOut }) => isOut).length;
  const onToggle = (event: Event): void =>
    actions.showFiles((event.currentTarget as HTMLDetailsElement).open);
  // There may be thousands: they are drawn when they are looked at.
  return html`<details class="files" .open=${hasFilesOpen} @toggle=${onToggle}>
    <summary>
      ${words.sayOf(kept, 'files', { count: files.length })}
      ${count > 0 ? html`<span class="muted">${words.sayOf(kept, 'filesOut', { count })}</span>` : nothing}
    </summary>
    ${
      hasFilesOpen
        ? html`<p class="muted">${words.sayOf(kept, 'filesNote')}</p>
            <ul>
              ${files.map((file) => renderFile(file, view))}
            </ul>`
        : nothing
    }
  </details>`;
}

function renderFile(file: DocumentFile, { state, words, actions }: View): TemplateResult {
  const { name, isOut } = file;
  return html`<li>
    <bdi class=${isOut ? 'out' : ''}>${name}</bdi>
    ${isOut ? html`<span class="muted">${words.sayOf(kept, 'isOut')}</span>` : nothing}
    <button
      type="button"
      class="link"
      part="button"
      aria-label=${words.sayOf(kept, isOut ? 'takeBackName' : 'takeOutName', { name })}
      aria-disabled=${state.phase !== 'ready'}
      @click=${() => actions.gatherFile(file, isOut)}
    >
      ${words.sayOf(kept, isOut ? 'takeBack' : 'takeOut')}
    </button>
  </li>`;
}
