// The document: which one is open, or the ways to give one (file, drop, paste).
import { html, nothing, type TemplateResult } from 'lit';
import { askedOf } from '../session/asked.ts';
import type { SessionState } from '../session/state.ts';
import type { View } from '../view.ts';
import type { Words } from '../words.ts';
import { renderFileButton } from './file-button.ts';

/** What the readers read, for dialogs that show nothing else; any file can be chosen there all the same, and is told by its bytes. */
export const acceptedFiles =
  'text/*,application/pdf,application/epub+zip,.txt,.text,.md,.markdown,.html,.htm,.xhtml,.epub,.pdf,.docx,.csv,.tsv,.json,.jsonl,.xml,.yaml,.yml,.log,.tex,.rst,.org,.srt,.vtt,.eml,.rtf';

/** The ways to give a document, where none is open. */
export function renderPicker(view: View): TemplateResult | typeof nothing {
  const { state, words } = view;
  if (askedOf(state) || state.phase !== 'ready') return nothing;
  return html`<section class="card drop" part="picker" aria-labelledby="picker-heading">
    <h3 id="picker-heading">${words.say('pickDocument')}</h3>
    <div class="row">
      ${renderFile('chooseFile', true, view)} ${renderFolder(view)}
      <span class="muted">${words.say('orDrop')}</span>
    </div>
    ${view.dialogs?.renderDepth(view)} ${renderPaste(view)}
  </section>`;
}

/** The open document: its title and what its reader should know of it. */
export function renderDocument(view: View): TemplateResult | typeof nothing {
  const { state, words, dialogs } = view;
  const { document, text } = state;
  if (state.together) return dialogs?.renderTogether(state.together, view) ?? nothing;
  const title = document?.manifest.title ?? text?.title;
  if (title === undefined) return nothing;
  return html`<header class="document" part="document">
    <h2 id="document-heading" part="title" dir="auto">${title}</h2>
    ${
      document
        ? html`<p class="muted">
              ${
                document.opened
                  ? words.say('openedFromStore')
                  : words.say('readIn', {
                      time: words.duration(document.phases.reduce((sum, { ms }) => sum + ms, 0)),
                    })
              }${document.manifest.state === 'reading' ? unfinished(state, words) : nothing}
            </p>
            ${document.notes.map((note) => html`<p class="muted" part="note" dir="auto">${note}</p>`)}
            ${dialogs?.renderFiles(view)}`
        : nothing
    }
  </header>`;
}

function unfinished({ readSoFar }: SessionState, words: Words): string {
  const how = readSoFar === undefined ? `. ${words.say('readOn')}` : '';
  return ` · ${words.say('notRead')}${how}`;
}

/** A button that gives another document. */
export function renderFile(
  label: 'chooseFile' | 'addDocument',
  isPrimary: boolean,
  { words, actions }: View,
): TemplateResult {
  return renderFileButton({
    id: 'file',
    label: words.say(label),
    accept: acceptedFiles,
    ...(isPrimary && { look: 'primary' }),
    isMultiple: true,
    onFiles: actions.pickDocument,
  });
}

/** Where the browser lets people choose one. */
function renderFolder({ words, actions }: View): TemplateResult | typeof nothing {
  if (!('webkitdirectory' in HTMLInputElement.prototype)) return nothing;
  return renderFileButton({
    id: 'folder',
    label: words.say('chooseFolder'),
    accept: '',
    isFolder: true,
    onFiles: actions.pickDocument,
  });
}

function renderPaste({ words, actions }: View): TemplateResult {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('text') as HTMLTextAreaElement;
    actions.readText(field.value);
  };
  return html`<details>
    <summary>${words.say('orPaste')}</summary>
    <form @submit=${onSubmit}>
      <label for="paste">${words.say('textToRead')}</label>
      <textarea id="paste" name="text" rows="6" required dir="auto"></textarea>
      <button type="submit" part="button">${words.say('readThisText')}</button>
    </form>
  </details>`;
}
