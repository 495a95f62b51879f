// The part of the settings that tells what this browser keeps, and takes documents in and out as files.
import { html, nothing, type TemplateResult } from 'lit';
import type { DocumentManifest, Engine } from 'longread';
import type { App } from './app.ts';
import type { PickerView } from './model-picker.ts';

export function renderStorage({ app, tell, close }: PickerView): TemplateResult {
  const { engine, say } = app;
  const { kept, server } = app.state;
  const onImport = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (!file || !engine) return;
    void attempt({ app, tell }, file.name, async () => {
      const { id, title } = await engine.documents.import(file);
      await app.refresh();
      tell(say('importedAs', { title }));
      close();
      await app.element.open(id);
    });
  };
  return html`<section aria-labelledby="storage-heading">
    <h3 id="storage-heading">${say('onThisDeviceHeading')}</h3>
    <p class="muted">${told(app)} ${server ? '' : say('nothingSent')}</p>
    ${
      engine
        ? html`<div class="row">
              <span>
                <input
                  id="import"
                  class="visually-hidden"
                  type="file"
                  accept=".longread"
                  @change=${onImport}
                />
                <label for="import" class="button">${say('importDocument')}</label>
              </span>
            </div>
            ${renderDocuments(kept?.documents ?? [], engine, { app, tell })}`
        : nothing
    }
  </section>`;
}

type Told = Pick<PickerView, 'app' | 'tell'>;

function told({ say, words, state: { kept } }: App): string {
  if (!kept) return say('keepsNothing');
  const { usedBytes, quotaBytes, persisted } = kept.usage;
  const used = words.bytes(usedBytes);
  const amount =
    quotaBytes > 0
      ? words.say('used', { used, quota: words.bytes(quotaBytes) })
      : words.say('usedOnly', { used });
  return say(persisted ? 'staysKept' : 'mayBeCleared', { amount });
}

function renderDocuments(
  documents: readonly DocumentManifest[],
  engine: Engine,
  { app, tell }: Told,
): TemplateResult | typeof nothing {
  const { say, words } = app;
  if (documents.length === 0) return nothing;
  return html`<ul>
    ${documents.map(
      ({ id, title, sizeBytes }) =>
        html`<li class="row">
          <div class="grow">
            <span dir="auto">${title}</span>
            <div class="muted">${words.bytes(sizeBytes)}</div>
          </div>
          <button
            type="button"
            aria-label=${say('exportNamed', { title })}
            @click=${() => void attempt({ app, tell }, title, () => save(engine, id, title))}
          >
            ${words.say('exportTitle')}
          </button>
        </li>`,
    )}
  </ul>`;
}

/** As a download, which asks no server. */
async function save(engine: Engine, id: string, title: string): Promise<void> {
  const file = await new Response(await engine.documents.export(id)).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${title.replace(/[^\p{L}\p{N} ._-]+/gu, '_').slice(0, 80)}.longread`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser has begun to write by then
}

async function attempt({ app, tell }: Told, about: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell(app.failureOf(error, about));
  }
}
