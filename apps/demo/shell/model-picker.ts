// The part of the settings in which a reading model is chosen: the one that comes with the page, those that are recommended, one by its
// name or address, files of the reader's own; and what is kept of them.
import { circumstancesHere, explain, reportOf } from '@longread/element/explain';
import { html, nothing, type TemplateResult } from 'lit';
import type { App } from './app.ts';
import { nameOf, readTyped, recommended, type ModelChoice } from './model-choice.ts';
import { formatBytes } from './part.ts';

export interface PickerView {
  readonly app: App;
  /** Tells in words what came of something. */
  readonly tell: (told: string) => void;
  readonly close: () => void;
  /** One that was named, after its header was looked at. */
  readonly named: ModelChoice | undefined;
  readonly name: (choice: ModelChoice | undefined) => void;
}

/** Looks at a model's header before its weights are fetched; one that does not fit is told, and not taken. */
async function whatItTakes(choice: ModelChoice, { app, tell }: PickerView): Promise<ModelChoice | undefined> {
  tell(`Looking at ${choice.name} …`);
  try {
    const { fits, reason, name, fetchBytes } = await app.plan(choice);
    tell(fits ? '' : (reason ?? `${name} does not fit this device.`));
    return fits ? { ...choice, name, sizeBytes: fetchBytes } : undefined;
  } catch (error) {
    const { sentence, remedy } = explain(reportOf(error), circumstancesHere(), app.element.words);
    tell(`${sentence} ${remedy}`);
    return undefined;
  }
}

export function renderModels(view: PickerView): TemplateResult {
  const { app } = view;
  const choices = [app.packaged, ...recommended];
  return html`<section aria-labelledby="models-heading">
    <h3 id="models-heading">Reading model</h3>
    <p class="muted">
      A larger model writes better and reads more slowly. Each is fetched once and kept in this browser;
      documents are read anew with another one.
    </p>
    <ul>
      ${choices.map((choice) => renderChoice(choice, view))}
    </ul>
    ${renderTyped(view)} ${renderOwn(view)} ${renderKept(view)}
  </section>`;
}

function renderChoice(choice: ModelChoice, view: PickerView): TemplateResult {
  const { app, close } = view;
  const { step, model } = app.state;
  const isInUse = step === 'ready' && model.source === choice.source;
  const isKept = app.isKept(choice);
  const onUse = async (): Promise<void> => {
    if (!isKept && !(await whatItTakes(choice, view))) return;
    close();
    app.use(choice);
  };
  const facts = [isKept ? 'kept in this browser' : formatBytes(choice.sizeBytes), choice.about];
  const isSizeKnown = isKept || choice.sizeBytes > 0;
  return html`<li class="row">
    <div class="grow">
      <b>${choice.name}</b>
      <div class="muted">
        ${facts
          .slice(isSizeKnown ? 0 : 1)
          .filter(Boolean)
          .join(' · ')}
      </div>
    </div>
    ${
      isInUse
        ? html`<span class="muted">In use</span>`
        : html`<button
            type="button"
            aria-label=${`${isKept ? 'Use' : 'Fetch and use'} ${choice.name}`}
            @click=${() => void onUse()}
          >
            ${isKept ? 'Use' : 'Fetch and use'}
          </button>`
    }
  </li>`;
}

function renderTyped(view: PickerView): TemplateResult {
  const { tell, name, named } = view;
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('typed') as HTMLInputElement;
    const choice = readTyped(field.value);
    field.ariaInvalid = String(typeof choice === 'string');
    if (typeof choice === 'string') {
      tell(choice);
      return;
    }
    name(undefined);
    void whatItTakes(choice, view).then(name);
  };
  return html`<form novalidate @submit=${onSubmit}>
      <label for="typed" class="muted"
        >Another one, by its name on Hugging Face (owner/name) or its address</label
      >
      <div class="row">
        <input
          id="typed"
          name="typed"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          placeholder="owner/name"
        />
        <button type="submit">Look</button>
      </div>
    </form>
    ${
      named
        ? html`<ul>
            ${renderChoice(named, view)}
          </ul>`
        : nothing
    }`;
}

function renderOwn({ app, close }: PickerView): TemplateResult {
  const onChange = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length === 0) return;
    close();
    app.useFiles(files);
  };
  const pick = (id: string, label: string, isFolder: boolean): TemplateResult =>
    html`<span>
      <input
        id=${id}
        class="visually-hidden"
        type="file"
        multiple
        accept=${isFolder ? nothing : '.gguf,.safetensors,.json,.jinja'}
        ?webkitdirectory=${isFolder}
        @change=${onChange}
      />
      <label for=${id} class="button">${label}</label>
    </span>`;
  return html`<div class="row">
    ${pick('own-files', 'Choose files of your own', false)} ${pick('own-folder', 'Choose a folder', true)}
  </div>`;
}

function renderKept({ app, tell }: PickerView): TemplateResult | typeof nothing {
  const { engine } = app;
  const models = app.state.kept?.models ?? [];
  if (models.length === 0 || !engine) return nothing;
  const remove = async (url: string): Promise<void> => {
    try {
      await engine.models.delete(url);
      tell(`Deleted ${nameOf(url)}.`);
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
    await app.refresh();
  };
  return html`<h3>Kept models</h3>
    <ul>
      ${models.map(
        ({ url, sizeBytes, complete }) =>
          html`<li class="row">
            <div class="grow">
              ${nameOf(url)}
              <div class="muted">
                ${formatBytes(sizeBytes)}${complete ? '' : ', not fetched to its end'} · from
                ${new URL(url).host}
              </div>
            </div>
            <button
              type="button"
              class="danger"
              aria-label=${`Delete the model ${nameOf(url)}`}
              @click=${() => void remove(url)}
            >
              Delete
            </button>
          </li>`,
      )}
    </ul>`;
}
