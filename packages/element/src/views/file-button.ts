// A file input that looks like the other buttons and stays one: it keeps focus, label and keyboard of the native control.
import { html, type TemplateResult } from 'lit';

export interface FileButton {
  readonly id: string;
  readonly label: string;
  readonly accept: string;
  readonly isPrimary: boolean;
  readonly onFile: (file: File) => void;
}

export function renderFileButton({ id, label, accept, isPrimary, onFile }: FileButton): TemplateResult {
  const onChange = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    // Picking the same file again must fire again.
    input.value = '';
    if (file) onFile(file);
  };
  return html`<span class="file">
    <input id=${id} class="visually-hidden" type="file" accept=${accept} @change=${onChange} />
    <label for=${id} class=${isPrimary ? 'button primary' : 'button'} part="button">${label}</label>
  </span>`;
}
