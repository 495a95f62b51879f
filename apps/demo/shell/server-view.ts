// The part of the settings in which a reader names a server of their own. It says what is sent before anything is.
import { html, type TemplateResult } from 'lit';
import type { PickerView } from './model-picker.ts';
import { exampleServer, readServer } from './server.ts';

export function renderServer({ app, tell }: PickerView): TemplateResult {
  const { server } = app.state;
  const { say } = app;
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const value = (name: string): string => {
      const found = data.get(name);
      return typeof found === 'string' ? found : '';
    };
    const typed = readServer([value('address'), value('server-model'), value('key')], say);
    if (typeof typed !== 'string') app.answerOn(typed);
    tell(typeof typed === 'string' ? typed : say('writtenBy', { host: new URL(typed.url).host }));
  };
  return html`<section aria-labelledby="server-heading">
    <h3 id="server-heading">${say('serverHeading')}</h3>
    <p class="muted">${say('serverHint')}</p>
    ${
      server
        ? html`<div class="row">
            <div class="grow">
              <b>${new URL(server.url).host}</b> <span class="muted">${server.model}</span>
            </div>
            <button type="button" @click=${() => app.answerOn(undefined)}>${say('answerHere')}</button>
          </div>`
        : html`<form class="choices" novalidate @submit=${onSubmit}>
            <label>
              <span class="muted">${say('serverAddress')}</span>
              <input
                name="address"
                type="text"
                autocomplete="off"
                spellcheck="false"
                placeholder=${exampleServer}
              />
            </label>
            <label>
              <span class="muted">${say('serverModel')}</span>
              <input name="server-model" type="text" autocomplete="off" spellcheck="false" />
            </label>
            <label>
              <span class="muted">${say('serverKey')}</span>
              <input name="key" type="password" autocomplete="off" />
            </label>
            <button type="submit">${say('sendThere')}</button>
          </form>`
    }
  </section>`;
}
