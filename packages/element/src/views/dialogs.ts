// The dialogs of a document, and its questions as text, as one script: there is nothing to show in them before a document is open, so it
// is fetched when the model is there (late-parts.ts).
import { html, type TemplateResult } from 'lit';
import type { NumberedPassage } from '../passages.ts';
import { dialogs } from '../styles/dialogs.ts';
import type { Shows, View } from '../view.ts';
import { renderDeleteDialog } from './delete-dialog.ts';
import { renderSheet } from './sheet.ts';

export { exchangeAsText, threadAsMarkdown } from '../thread-text.ts';
export { surroundingsOf } from './sheet.ts';

/** @param passages of the answer that is shown. */
export function renderDialogs(view: View, passages: readonly NumberedPassage[]): TemplateResult {
  return html`${renderDeleteDialog(view)} ${renderSheet(view, passages)}`;
}

/** Opens and closes them as `shows` has it; they have been drawn with it, and their styles come with them. */
export function openDialogs(root: ShadowRoot, { deleting, sheet }: Shows): void {
  const { styleSheet } = dialogs;
  if (styleSheet && !root.adoptedStyleSheets.includes(styleSheet)) root.adoptedStyleSheets.push(styleSheet);
  const show = (selector: string, isOpen: boolean): void => {
    const dialog = root.querySelector<HTMLDialogElement>(selector);
    if (!dialog || dialog.open === isOpen) return;
    if (!isOpen) dialog.close();
    else {
      dialog.returnValue = ''; // an earlier choice is forgotten: Escape leaves it as it is
      dialog.showModal();
    }
  };
  show('#delete-dialog', deleting !== undefined);
  show('#sheet', sheet !== undefined);
}
