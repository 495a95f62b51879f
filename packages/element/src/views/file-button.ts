// A file input that looks like the other buttons and stays one: it keeps focus, label and keyboard of the native control.
import { html, type TemplateResult } from 'lit';

export interface FileButton {
  readonly id: string;
  readonly label: string;
  readonly accept: string;
  readonly look?: 'primary' | 'link';
  readonly isMultiple?: boolean;
  /** A folder is chosen, and all files in it given. */
  readonly isFolder?: boolean;
  /** At least one. */
  readonly onFiles: (files: readonly [File, ...File[]]) => void;
}

export function renderFileButton({
  id,
  label,
  accept,
  look,
  isMultiple = false,
  isFolder = false,
  onFiles,
}: FileButton): TemplateResult {
  const onChange = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const [first, ...rest] = input.files ?? [];
    // Picking the same file again must fire again.
    input.value = '';
    if (first) onFiles([first, ...rest]);
  };
  return html`<span class="file">
    <input
      id=${id}
      class="visually-hidden"
      type="file"
      accept=${accept}
      ?multiple=${isMultiple}
      ?webkitdirectory=${isFolder}
      @change=${onChange}
    />
    <label for=${id} class=${`button ${look ?? ''}`} part="button">${label}</label>
  </span>`;
}
