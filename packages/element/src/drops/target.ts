// Files dropped anywhere on the element; while one hovers, the host carries `data-dropping` for its styles.
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { readDrop, type Dropped } from './dropped.ts';

/** Calls `onDropped` with what a drop of files holds. Drops without files (selected text, links) are left to the browser. */
export class DropTarget implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #onDropped: (dropped: Dropped) => void;

  constructor(host: ReactiveControllerHost & HTMLElement, onDropped: (dropped: Dropped) => void) {
    this.#host = host;
    this.#onDropped = onDropped;
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
    this.#onDropped(readDrop(event.dataTransfer));
  };
}
