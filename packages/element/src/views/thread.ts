// What was asked of the document and answered: the passages first, the answer written under them.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { allPassages, citedPieces } from '../passages.ts';
import type { StringKey } from '../strings.ts';
import type { Exchange } from '../session/state.ts';
import type { View } from '../view.ts';
import { renderPassages } from './passages.ts';
import { stepOf } from './progress.ts';

export function renderThread(view: View): TemplateResult {
  const { state, words, actions } = view;
  const { exchanges } = state;
  return html`<div class="thread" part="thread" aria-busy=${state.phase === 'asking'}>
    ${exchanges.length === 0 ? html`<p class="muted">${words.say('emptyThread')}</p>` : nothing}
    ${repeat(
      exchanges,
      ({ id }) => id,
      (exchange, index) => renderExchange(exchange, index === exchanges.length - 1, view),
    )}
    ${
      exchanges.length > 0
        ? html`<p class="meta">
            <button type="button" class="link" part="button" @click=${actions.exportThread}>
              ${words.say('exportThread')}
            </button>
          </p>`
        : nothing
    }
  </div>`;
}

const ends: Readonly<Record<NonNullable<Exchange['end']>, StringKey | undefined>> = {
  stop: undefined,
  length: 'cutLength',
  repetition: 'cutRepetition',
  stopped: 'stopped',
};

function renderExchange(exchange: Exchange, isLast: boolean, view: View): TemplateResult {
  const { words, state } = view;
  const { question, text, end, saysNothing, covers } = exchange;
  const note = end && ends[end];
  return html`<article class="exchange" part="exchange">
    <h3 class="asked" dir="auto">${question}</h3>
    ${
      covers === undefined
        ? nothing
        : html`<p class="muted">${words.say('covered', { percent: words.percent(covers) })}</p>`
    }
    ${renderPassages(exchange, view)}
    ${saysNothing ? html`<p class="says-nothing" part="says-nothing">${words.say('saysNothing')}</p>` : nothing}
    ${
      text === ''
        ? nothing
        : html`<p class="text" part="text answer" dir="auto">${renderText(exchange, view)}</p>`
    }
    ${end === undefined ? html`<p class="muted step">${stepOf(state, words)}</p>` : nothing}
    ${note ? html`<p class="muted">${words.say(note)}</p>` : nothing}
    ${end === undefined ? nothing : renderTools(exchange, isLast, view)}
  </article>`;
}

/** With the numbers of the passages that its words stand in. White space between pieces would be shown. */
function renderText(exchange: Exchange, { words, actions, isFull }: View): unknown {
  const { id, text, citations = [], evidence = [] } = exchange;
  const passages = allPassages(evidence);
  return citedPieces(text, citations, evidence).map(({ text: piece, number }) => {
    const passage = passages.find((each) => each.number === number);
    if (number === undefined || passage === undefined) return piece;
    const show = (): void => actions.showPassage({ exchange: id, number });
    const place = words.placeOf(passage);
    const label = words.say('showPassage', { number, place });
    const chip = isFull
      ? html`<button
          type="button"
          class="cite"
          part="citation"
          title=${place}
          aria-label=${label}
          @click=${show}
        >
          ${number}
        </button>`
      : html`<sup class="cite">${number}</sup>`;
    return [piece, ' ', chip];
  });
}

function renderTools(exchange: Exchange, isLast: boolean, view: View): TemplateResult {
  const { words, actions, state } = view;
  return html`<div class="meta">
      <button type="button" class="link" part="button" @click=${() => actions.copyExchange(exchange)}>
        ${words.say('copy')}
      </button>
      ${
        isLast
          ? html`<button
              type="button"
              class="link"
              part="button"
              aria-disabled=${state.phase !== 'ready'}
              @click=${() => actions.askAgain(exchange)}
            >
              ${words.say('retry')}
            </button>`
          : nothing
      }
    </div>
    ${
      exchange.stats
        ? html`<details class="about muted" @toggle=${actions.openAbout}>
            <summary>${words.say('about')}</summary>
            ${view.about?.renderAbout(exchange.stats, exchange, view)}
          </details>`
        : nothing
    }`;
}
