// How an answer came about: the way of answering, what each step took, and memory.
import { html, nothing, type TemplateResult } from 'lit';
import type { AskStats, PhaseStats } from 'longread';
import type { Exchange } from '../session/state.ts';
import type { View } from '../view.ts';
import type { Words } from '../words.ts';
import { renderCompare, wayOf } from './compare.ts';
import { nameOfPhase } from './progress.ts';

export function renderAbout(stats: AskStats, exchange: Exchange, view: View): TemplateResult {
  const { words } = view;
  const { strategy, gatheredTokens, generatedTokens, phases, memory, adapter } = stats;
  const tokens = (count: number): string => words.say('tokens', { count });
  return html`<div part="stats">
    <dl>
      <dt>${words.say('strategy')}</dt>
      <dd>${wayOf(strategy, words)}</dd>
      <dt>${words.say('gathered')}</dt>
      <dd>${tokens(gatheredTokens)}</dd>
      <dt>${words.say('written')}</dt>
      <dd>${tokens(generatedTokens)}</dd>
      ${
        memory.peakBytes > 0
          ? html`<dt>${words.say('memory')}</dt>
              <dd>
                ${words.say('memoryValue', {
                  planned: words.bytes(memory.plannedBytes),
                  peak: words.bytes(memory.peakBytes),
                })}
              </dd>`
          : nothing
      }
    </dl>
    ${phases.length > 0 ? renderPhases(phases, words) : nothing}
    <p>${adapter}</p>
    ${renderCompare(exchange, view)}
  </div>`;
}

function renderPhases(phases: readonly PhaseStats[], words: Words): TemplateResult {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${words.say('phase')}</th>
        <th scope="col">${words.say('time')}</th>
        <th scope="col">${words.say('rate')}</th>
      </tr>
    </thead>
    <tbody>
      ${phases.map(
        ({ name, ms, tokens }) =>
          html`<tr>
            <th scope="row">${nameOfPhase(name, words)}</th>
            <td>${words.duration(ms)}</td>
            <td>${tokens > 0 && ms > 0 ? words.rate((1000 * tokens) / ms) : nothing}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
