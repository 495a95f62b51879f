// The same question by another strategy: chosen, asked, and both answers beside each other.
import { strategyNames, type StrategyName } from '@longread/core';
import { html, nothing, type TemplateResult } from 'lit';
import type { AskStats } from 'longread';
import { aboutAnswers } from '../copy/about-answers.ts';
import type { Exchange, OtherAnswer } from '../session/state.ts';
import type { View } from '../view.ts';
import type { Words } from '../words.ts';
import { stepOf } from './progress.ts';

/** What each does, in a few words. */
const ways: Readonly<Record<StrategyName, keyof typeof aboutAnswers>> = {
  reform: 'wayReform',
  full: 'wayFull',
  h2o: 'wayH2o',
  streaming: 'wayStreaming',
  tova: 'wayTova',
  snapkv: 'waySnapkv',
  cascade: 'wayCascade',
  zsmerge: 'wayZsmerge',
  pages: 'wayPages',
  truncate: 'wayTruncate',
  bm25: 'wayBm25',
  layer: 'wayLayer',
  chunks: 'wayChunks',
  fold: 'wayFold',
};

export function renderCompare(exchange: Exchange, view: View): TemplateResult | typeof nothing {
  const { words, actions, state } = view;
  const { stats, other, id } = exchange;
  if (!stats) return nothing;
  const isReady = state.phase === 'ready';
  const others = strategyNames.filter((name) => name !== stats.strategy);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { elements } = event.currentTarget as HTMLFormElement;
    const chosen = (elements.namedItem('strategy') as HTMLSelectElement).value;
    const strategy = others.find((name) => name === chosen);
    if (strategy) actions.compare(id, strategy);
  };
  return html`<form class="compare" @submit=${onSubmit}>
      <label>
        ${words.sayOf(aboutAnswers, 'compareWith')}
        <select name="strategy" part="select">
          ${others.map((name) => html`<option value=${name}>${wayOf(name, words)}</option>`)}
        </select>
      </label>
      <button type="submit" part="button" aria-disabled=${!isReady}>
        ${words.sayOf(aboutAnswers, 'compare')}
      </button>
    </form>
    ${
      other
        ? html`<div class="beside" part="comparison">
            ${renderSide({ ...exchange, strategy: stats.strategy }, view)} ${renderSide(other, view)}
          </div>`
        : nothing
    }`;
}

function renderSide(
  { strategy, text, evidence, stats }: OtherAnswer,
  { words, state }: View,
): TemplateResult {
  return html`<section aria-label=${wayOf(strategy, words)}>
    <h4>${wayOf(strategy, words)}</h4>
    <p>${stats ? summaryOf(stats, words) : stepOf(state, words)}</p>
    <p class="answer" dir="auto">${text.trim()}</p>
    ${
      evidence
        ? html`<h5>${words.say(evidence.length === 0 ? 'noPassages' : 'passages')}</h5>
            <ol>
              ${evidence.slice(0, 3).map(
                (passage) =>
                  html`<li>
                    <blockquote dir="auto">${passage.text.trim()}</blockquote>
                    ${words.placeOf(passage)}
                  </li>`,
              )}
            </ol>`
        : nothing
    }
  </section>`;
}

/** How long it took in all, and how fast it wrote. */
function summaryOf({ phases, generatedTokens }: AskStats, words: Words): string {
  const ms = phases.reduce((sum, phase) => sum + phase.ms, 0);
  const decode = phases.find(({ name }) => name === 'decode');
  const rate = decode && decode.ms > 0 ? [words.rate((1000 * decode.tokens) / decode.ms)] : [];
  return [words.duration(ms), words.say('tokens', { count: generatedTokens }), ...rate].join(' · ');
}

/** With the engine's own name, by which it is asked for elsewhere. */
export function wayOf(name: StrategyName, words: Words): string {
  return `${words.sayOf(aboutAnswers, ways[name])} (${name})`;
}
