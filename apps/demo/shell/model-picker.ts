// The part of the settings in which a reading model is chosen: the one that comes with the page, those that are recommended, one by its
// name or address, files of the reader's own; and what is kept of them.
import { html, nothing, type TemplateResult } from 'lit';
import type { Recommendation } from 'longread';
import type { App } from './app.ts';
import { nameOf, readTyped, type ModelChoice } from './model-choice.ts';

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
  const { say } = app;
  tell(say('lookingAt', { model: choice.name }));
  try {
    const { fits, reason, name, fetchBytes } = await app.plan(choice);
    tell(fits ? '' : (reason ?? say('doesNotFit', { model: name })));
    return fits ? { ...choice, name, sizeBytes: fetchBytes } : undefined;
  } catch (error) {
    tell(app.failureOf(error));
    return undefined;
  }
}

export function renderModels(view: PickerView): TemplateResult {
  const { app } = view;
  const { say } = app;
  const choices = [app.packaged, ...app.state.recommended];
  return html`<section aria-labelledby="models-heading">
    <h3 id="models-heading">${say('readingModel')}</h3>
    <p class="muted">${say('readingModelHint')}</p>
    <ul>
      ${choices.map((choice) => renderChoice(choice, view))}
    </ul>
    ${renderTyped(view)} ${renderOwn(view)} ${renderKept(view)}
  </section>`;
}

function renderChoice(choice: ModelChoice, view: PickerView): TemplateResult {
  const { app, close } = view;
  const { say, words } = app;
  const { step, model } = app.state;
  const isInUse = step === 'ready' && model.source === choice.source;
  const isKept = app.isKept(choice);
  const onUse = async (): Promise<void> => {
    if (!isKept && !(await whatItTakes(choice, view))) return;
    close();
    app.use(choice);
  };
  const { name, about, sizeBytes, recommendation } = choice;
  const size = sizeBytes > 0 ? words.bytes(sizeBytes) : '';
  const facts = [
    isKept ? say('keptHere') : size,
    ...(recommendation ? termsOf(recommendation, app) : []),
    about ? say(about) : '',
  ];
  return html`<li class="row">
    <div class="grow">
      <b>${name}</b>
      <div class="muted">${facts.filter(Boolean).join(' · ')}</div>
      ${recommendation ? html`<div class="muted">${fitOf(recommendation, app)}</div>` : nothing}
    </div>
    ${
      isInUse
        ? html`<span class="muted">${say('modelInUse')}</span>`
        : html`<button
            type="button"
            aria-label=${say(isKept ? 'useModel' : 'fetchAndUseModel', { model: name })}
            @click=${() => void onUse()}
          >
            ${say(isKept ? 'use' : 'fetchAndUse')}
          </button>`
    }
  </li>`;
}

function termsOf({ licence, contextLength, goodAt }: Recommendation, { say }: App): readonly string[] {
  return [licence, say('modelWindow', { count: contextLength }), goodAt];
}

/** Whether this device holds it, and who says what is said of it. */
function fitOf({ fits, reason = '', gpuBytes, isMeasured }: Recommendation, { say, words }: App): string {
  const fit = fits ? say('modelFits', { size: words.bytes(gpuBytes) }) : say('modelFitsNot', { reason });
  return isMeasured ? fit : `${fit} ${say('statedByAuthors')}`;
}

function renderTyped(view: PickerView): TemplateResult {
  const { app, tell, name, named } = view;
  const { say } = app;
  const form = say('hubForm');
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('typed') as HTMLInputElement;
    const choice = readTyped(field.value, say);
    field.ariaInvalid = String(typeof choice === 'string');
    if (typeof choice === 'string') {
      tell(choice);
      return;
    }
    name(undefined);
    void whatItTakes(choice, view).then(name);
  };
  return html`<form novalidate @submit=${onSubmit}>
      <label for="typed" class="muted">${say('byName', { form })}</label>
      <div class="row">
        <input
          id="typed"
          name="typed"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          placeholder=${form}
        />
        <button type="submit">${say('look')}</button>
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
    ${pick('own-files', app.say('ownFiles'), false)}
    ${pick('own-folder', app.words.say('chooseFolder'), true)}
  </div>`;
}

function renderKept({ app, tell }: PickerView): TemplateResult | typeof nothing {
  const { engine, say, words } = app;
  const models = app.state.kept?.models ?? [];
  if (models.length === 0 || !engine) return nothing;
  const remove = async (url: string): Promise<void> => {
    try {
      await engine.models.delete(url);
      tell(say('deletedModel', { model: nameOf(url) }));
    } catch (error) {
      tell(app.failureOf(error, nameOf(url)));
    }
    await app.refresh();
  };
  return html`<h3>${say('keptModels')}</h3>
    <ul>
      ${models.map(
        (model) =>
          html`<li class="row">
            <div class="grow">
              ${nameOf(model.url)}
              <div class="muted">${words.storedModel(model)}</div>
            </div>
            <button
              type="button"
              class="danger"
              aria-label=${words.say('deleteModel', { name: nameOf(model.url) })}
              @click=${() => void remove(model.url)}
            >
              ${words.say('deleteIt')}
            </button>
          </li>`,
      )}
    </ul>`;
}
