// What all parts of the page around the element share: they are drawn again whenever the app's state changes.
import { LitElement } from 'lit';
import type { App } from './app.ts';

export abstract class AppPart extends LitElement {
  readonly app: App;
  readonly #onChange = (): void => this.requestUpdate();

  constructor(app: App) {
    super();
    this.app = app;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.app.addEventListener('change', this.#onChange);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.app.removeEventListener('change', this.#onChange);
  }
}
