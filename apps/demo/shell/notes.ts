// What is told in the bar: that a newer version of the page waits. A press takes it.
import { html, nothing, type TemplateResult } from 'lit';
import { AppPart } from './part.ts';
import { shared } from './styles.ts';

export class Notes extends AppPart {
  static override styles = shared;

  protected override render(): TemplateResult {
    const { useNewer } = this.app.state;
    return html`<span role="status">
      ${
        useNewer
          ? html`<button type="button" title="The page loads again; what was read is kept" @click=${useNewer}>
              Update
            </button>`
          : nothing
      }
    </span>`;
  }
}

customElements.define('app-notes', Notes);
