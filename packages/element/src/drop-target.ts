// Files dropped anywhere on the element; while one hovers, the host carries `data-dropping` for its styles.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Calls `onFile` with the first file of a drop. Drops without files (selected text, links) are left to the browser. */
export class DropTarget implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #onFile: (file: File) => void;

  constructor(host: ReactiveControllerHost & HTMLElement, onFile: (file: File) => void) {
    this.#host = host;
    this.#onFile = onFile;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.addEventListener('dragover', this.#onDragover);
    this.#host.addEventListener('dragleave', this.#onDragleave);
    this.#host.addEventListener('drop', this.#onDrop);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('dragover', this.#onDragover);
    this.#host.removeEventListener('dragleave', this.#onDragleave);
    this.#host.removeEventListener('drop', this.#onDrop);
  }

  readonly #onDragover = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.#host.toggleAttribute('data-dropping', true);
  };

  readonly #onDragleave = (): void => {
    this.#host.toggleAttribute('data-dropping', false);
  };

  readonly #onDrop = (event: DragEvent): void => {
    this.#host.toggleAttribute('data-dropping', false);
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    if (file) this.#onFile(file);
  };
}
