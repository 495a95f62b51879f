// The question before deleting. A modal dialog: the browser keeps focus inside, gives it back, and closes it on Escape.
import { html, nothing, type TemplateResult } from 'lit';
import type { DocumentManifest } from 'longread';

export function renderDeleteDialog(
  manifest: DocumentManifest | undefined,
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
      <h3 id="delete-heading">Delete ${manifest?.title ?? nothing}?</h3>
      <p>What was read of it is removed from this browser. The file itself stays where it is.</p>
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
