// The part of the settings in which a reader names a server of their own. It says what is sent before anything is.
import { html, type TemplateResult } from 'lit';
import type { PickerView } from './model-picker.ts';
import { readServer } from './server.ts';

export function renderServer({ app, tell }: PickerView): TemplateResult {
  const { server } = app.state;
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const value = (name: string): string => {
      const found = data.get(name);
      return typeof found === 'string' ? found : '';
    };
    const typed = readServer(value('address'), value('server-model'), value('key'));
    if (typeof typed !== 'string') app.answerOn(typed);
    tell(
      typeof typed === 'string' ? typed : `Answers are written by ${new URL(typed.url).host} from now on.`,
    );
  };
  return html`<section aria-labelledby="server-heading">
    <h3 id="server-heading">Answers from a server of your own</h3>
    <p class="muted">
      Reading and finding stay on this device. With a server named here each question is sent to it with the
      passages that were found, and nothing else of the document. Ollama, LM Studio, llama.cpp, vLLM and the
      like will do. Neither the address nor the key is kept: both go with this tab.
    </p>
    ${
      server
        ? html`<div class="row">
            <div class="grow">
              <b>${new URL(server.url).host}</b> <span class="muted">${server.model}</span>
            </div>
            <button type="button" @click=${() => app.answerOn(undefined)}>Answer on this device again</button>
          </div>`
        : html`<form class="choices" novalidate @submit=${onSubmit}>
            <label>
              <span class="muted">Address</span>
              <input
                name="address"
                type="text"
                autocomplete="off"
                spellcheck="false"
                placeholder="http://localhost:11434/v1"
              />
            </label>
            <label>
              <span class="muted">Model</span>
              <input name="server-model" type="text" autocomplete="off" spellcheck="false" />
            </label>
            <label>
              <span class="muted">Key, if it asks for one</span>
              <input name="key" type="password" autocomplete="off" />
            </label>
            <button type="submit">Send questions there</button>
          </form>`
    }
  </section>`;
}
