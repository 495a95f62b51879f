// What stays in sight in the bar: that answers are written elsewhere, and that a newer version of the page waits. A press ends the one and
// takes the other.
import { html, nothing, type TemplateResult } from 'lit';
import { AppPart } from './part.ts';
import { shared } from './styles.ts';

export class Notes extends AppPart {
  static override styles = shared;

  protected override render(): TemplateResult {
    const { useNewer, server } = this.app.state;
    return html`<span role="status">
      ${
        server
          ? html`<button
              type="button"
              title="Questions and their passages are sent there. Press to answer on this device again."
              @click=${() => this.app.answerOn(undefined)}
            >
              Answers: ${new URL(server.url).host}
            </button>`
          : nothing
      }
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
