// The question before deleting. A modal dialog: the browser keeps focus inside, gives it back, and closes it on Escape.
import { html, nothing, type TemplateResult } from 'lit';

/** What is to be deleted, and what follows from it. */
export interface Deletion {
  readonly title: string;
  readonly explanation: string;
  readonly run: () => Promise<void>;
}

export function renderDeleteDialog(
  deletion: Deletion | undefined,
  onClose: (isConfirmed: boolean) => void,
): TemplateResult {
  const onDialogClose = (event: Event): void =>
    onClose((event.currentTarget as HTMLDialogElement).returnValue === 'delete');
  return html`<dialog
    id="delete-dialog"
    part="dialog"
    aria-labelledby="delete-heading"
    @close=${onDialogClose}
  >
    <form method="dialog">
      <h3 id="delete-heading">Delete ${deletion?.title ?? nothing}?</h3>
      <p>${deletion?.explanation ?? nothing}</p>
      <div class="row">
        <button value="keep" part="button">Keep</button>
        <button value="delete" class="danger" part="button">Delete</button>
      </div>
    </form>
  </dialog>`;
}

/** Shows the dialog; an earlier choice is forgotten first, because Escape leaves it as it is. */
export function openDeleteDialog(dialog: HTMLElement | null): void {
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.returnValue = '';
  dialog.showModal();
}
