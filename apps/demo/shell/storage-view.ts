// The part of the settings that tells what this browser keeps, and takes documents in and out as files.
import { html, nothing, type TemplateResult } from 'lit';
import type { DocumentManifest, Engine } from 'longread';
import type { PickerView } from './model-picker.ts';
import { formatBytes } from './part.ts';

export function renderStorage({ app, tell, close }: PickerView): TemplateResult {
  const { kept, server } = app.state;
  const { engine } = app;
  const onImport = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (!file || !engine) return;
    void attempt(tell, async () => {
      const { id, title } = await engine.documents.import(file);
      await app.refresh();
      tell(`${title} is here.`);
      close();
      await app.element.open(id);
    });
  };
  return html`<section aria-labelledby="storage-heading">
    <h3 id="storage-heading">On this device</h3>
    <p class="muted">${told(kept)} ${server ? '' : 'Nothing of it is sent anywhere.'}</p>
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
                <label for="import" class="button">Import a read document</label>
              </span>
            </div>
            ${renderDocuments(kept?.documents ?? [], engine, tell)}`
        : nothing
    }
  </section>`;
}

function told(kept: PickerView['app']['state']['kept']): string {
  if (!kept)
    return 'This browser keeps nothing for this page, as in a private window: what is read goes with the page.';
  const { usedBytes, quotaBytes, persisted } = kept.usage;
  const amount =
    quotaBytes > 0
      ? `${formatBytes(usedBytes)} of ${formatBytes(quotaBytes)} used`
      : `${formatBytes(usedBytes)} used`;
  const stays = persisted
    ? 'The browser keeps it until you delete it.'
    : 'The browser may clear it when the device runs out of room.';
  return `${amount}. ${stays}`;
}

function renderDocuments(
  documents: readonly DocumentManifest[],
  engine: Engine,
  tell: PickerView['tell'],
): TemplateResult | typeof nothing {
  if (documents.length === 0) return nothing;
  return html`<ul>
    ${documents.map(
      ({ id, title, sizeBytes }) =>
        html`<li class="row">
          <div class="grow">
            <span dir="auto">${title}</span>
            <div class="muted">${formatBytes(sizeBytes)}</div>
          </div>
          <button
            type="button"
            aria-label=${`Export ${title}`}
            @click=${() => void attempt(tell, () => save(engine, id, title))}
          >
            Export
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

async function attempt(tell: PickerView['tell'], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
}
