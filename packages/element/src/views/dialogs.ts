// What nothing needs before there is a model, as one script that is fetched with it (late-parts.ts): where questions are written, dialogs,
// questions as text, what can be done with documents.
import { html, type TemplateResult } from 'lit';
import type { NumberedPassage } from '../passages.ts';
import { dialogs } from '../styles/dialogs.ts';
import type { Shows, View } from '../view.ts';
import { renderDeleteDialog } from './delete-dialog.ts';
import { renderSheet } from './sheet.ts';

export { exchangeAsText, threadAsMarkdown } from '../thread-text.ts';
export { renderComposer } from './composer.ts';
export { renderDepth } from './depth.ts';
export { renderFiles } from './files.ts';
export { howItWasRead, renderMenu } from './menu.ts';
export { surroundingsOf } from './sheet.ts';
export { renderTogether, renderTogetherItems } from './together.ts';

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
