// What stays in sight in the bar: that answers are written elsewhere, and that a newer version of the page waits. A press ends the one and
// takes the other.
import { html, nothing, type TemplateResult } from 'lit';
import { AppPart } from './part.ts';
import { shared } from './styles.ts';

export class Notes extends AppPart {
  static override styles = shared;

  protected override render(): TemplateResult {
    const { say, state } = this.app;
    const { useNewer, server } = state;
    return html`<span role="status">
      ${
        server
          ? html`<button
              type="button"
              title=${say('answersByHint')}
              @click=${() => this.app.answerOn(undefined)}
            >
              ${say('answersBy', { host: new URL(server.url).host })}
            </button>`
          : nothing
      }
      ${
        useNewer
          ? html`<button type="button" title=${say('updateHint')} @click=${useNewer}>
              ${say('update')}
            </button>`
          : nothing
      }
    </span>`;
  }
}

customElements.define('app-notes', Notes);
