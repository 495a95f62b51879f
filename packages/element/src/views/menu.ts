// What can be done with a document of the library.
import { html, nothing, type TemplateResult } from 'lit';
import type { DocumentManifest, DocumentPlan, EngineInfo } from 'longread';
import { kept } from '../copy/kept.ts';
import { deeperPresets, distinctPresets, presetOf } from '../session/sharing.ts';
import type { View } from '../view.ts';
import type { Words } from '../words.ts';
import { nameOfPreset } from './depth.ts';
import { acceptedFiles } from './document.ts';
import { renderFileButton } from './file-button.ts';

export function renderMenu(manifest: DocumentManifest, isOpen: boolean, view: View): TemplateResult {
  const { state, words, actions } = view;
  const { id, title } = manifest;
  const isReady = state.phase === 'ready';
  return html`<div class="menu">
    <button
      type="button"
      class="link"
      part="button"
      aria-disabled=${!isReady}
      @click=${() => actions.exportDocument(id)}
    >
      ${words.say('exportTitle')}
    </button>
    ${
      isOpen && isReady
        ? renderFileButton({
            id: 'append-file',
            label: words.say('append'),
            accept: acceptedFiles,
            look: 'link',
            onFiles: ([file]) => actions.appendFile(file),
          })
        : nothing
    }
    ${
      manifest.state === 'ready'
        ? html`<button
            type="button"
            class="link"
            part="button"
            aria-label=${words.say('renameTitle', { title })}
            aria-disabled=${!isReady}
            @click=${() => isReady && actions.startRenaming(id)}
          >
            ${words.say('rename')}
          </button>`
        : nothing
    }
    <button
      type="button"
      class="link"
      part="button"
      aria-label=${words.say('deleteTitle', { title })}
      aria-disabled=${!isReady}
      @click=${() => actions.deleteDocument(manifest)}
    >
      ${words.say('deleteIt')}
    </button>
    ${renderDeeper(manifest, view)}
  </div>`;
}

/** The ways to read it deeper, with what each costs. */
function renderDeeper(
  manifest: DocumentManifest,
  { state, words, actions }: View,
): TemplateResult | typeof nothing {
  const { info, costs, phase } = state;
  const presets = info && manifest.state === 'ready' ? deeperPresets(manifest, info) : [];
  if (presets.length === 0) return nothing;
  const { id, title } = manifest;
  return html`${presets.map((each) => {
      const plan = costs?.id === id ? costs.plans.get(each.name) : undefined;
      const preset = nameOfPreset(each, words);
      return html`<button
          type="button"
          class="link"
          part="button"
          aria-label=${words.sayOf(kept, 'deepenTitle', { preset, title })}
          aria-disabled=${phase !== 'ready' || plan?.fits === false}
          aria-describedby="cost-${each.name}"
          @click=${() => plan?.fits !== false && actions.deepen(id, each.name)}
        >
          ${words.sayOf(kept, 'deepen', { preset })}
        </button>
        <span id="cost-${each.name}" class="muted">${plan ? costOf(plan, words) : nothing}</span>`;
    })}
    <p class="muted">${words.sayOf(kept, 'deepenNote')}</p>`;
}

function costOf({ storageBytes, readSeconds, fits, reason }: DocumentPlan, words: Words): string {
  if (!fits) return reason ?? '';
  const amount = words.bytes(storageBytes);
  if (readSeconds === undefined) return words.sayOf(kept, 'deepenSize', { amount });
  return words.sayOf(kept, 'deepenCost', { amount, time: words.duration(readSeconds * 1000) });
}

/** Its preset, where the model is read with in more than one; nothing of a document of another model. */
export function howItWasRead(manifest: DocumentManifest, info: EngineInfo, words: Words): readonly string[] {
  const preset = presetOf(manifest, info);
  return preset && distinctPresets(info).length > 1 ? [nameOfPreset(preset, words)] : [];
}
