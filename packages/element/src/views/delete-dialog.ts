// The question before deleting. A modal dialog: the browser keeps focus inside, gives it back, and closes it on Escape.
import { html, type TemplateResult } from 'lit';
import type { View } from '../view.ts';

export function renderDeleteDialog({ deleting, words, actions }: View): TemplateResult {
  const onDialogClose = (event: Event): void =>
    actions.confirmDelete((event.currentTarget as HTMLDialogElement).returnValue === 'delete');
  return html`<dialog
    id="delete-dialog"
    part="dialog"
    aria-labelledby="delete-heading"
    @close=${onDialogClose}
  >
    <form method="dialog">
      <h3 id="delete-heading">${words.say('deleteQuestion', { title: deleting?.title ?? '' })}</h3>
      <p>${deleting?.explanation ?? ''}</p>
      <div class="row">
        <button value="keep" part="button">${words.say('keep')}</button>
        <button value="delete" class="danger" part="button">${words.say('deleteIt')}</button>
      </div>
    </form>
  </dialog>`;
}
