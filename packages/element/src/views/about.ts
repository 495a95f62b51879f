// How an answer came about: the way of answering, what each step took, and memory.
import { html, nothing, type TemplateResult } from 'lit';
import type { AskStats, MemorySample, PhaseStats } from 'longread';
import { aboutAnswers } from '../copy/about-answers.ts';
import type { Exchange } from '../session/state.ts';
import type { View } from '../view.ts';
import type { Words } from '../words.ts';
import { renderCompare, wayOf } from './compare.ts';
import { renderMemoryChart } from './memory-chart.ts';
import { nameOfPhase } from './progress.ts';

export function renderAbout(stats: AskStats, exchange: Exchange, view: View): TemplateResult {
  const { words } = view;
  const { strategy, gatheredTokens, generatedTokens, phases, memory, adapter } = stats;
  const { samples = [] } = memory as Partial<AskStats['memory']>; // a thread kept by an earlier version has none
  const most = mostByPhase(samples);
  const tokens = (count: number): string => words.say('tokens', { count });
  return html`<div part="stats">
    <dl>
      <dt>${words.sayOf(aboutAnswers, 'strategy')}</dt>
      <dd>${wayOf(strategy, words)}</dd>
      <dt>${words.sayOf(aboutAnswers, 'gathered')}</dt>
      <dd>${tokens(gatheredTokens)}</dd>
      <dt>${words.sayOf(aboutAnswers, 'written')}</dt>
      <dd>${tokens(generatedTokens)}</dd>
      ${
        memory.peakBytes > 0
          ? html`<dt>${words.sayOf(aboutAnswers, 'memory')}</dt>
              <dd>
                ${words.sayOf(aboutAnswers, 'memoryValue', {
                  planned: words.bytes(memory.plannedBytes),
                  peak: words.bytes(memory.peakBytes),
                })}
              </dd>`
          : nothing
      }
    </dl>
    ${
      exchange.thought === undefined
        ? nothing
        : html`<details>
            <summary>${words.sayOf(aboutAnswers, 'thought')}</summary>
            <p class="thought">${exchange.thought}</p>
          </details>`
    }
    ${renderMemoryChart(samples, memoryLabel(most, words), words)}
    ${phases.length > 0 ? renderPhases(phases, most, words) : nothing}
    <p>${adapter}</p>
    ${renderCompare(exchange, view)}
  </div>`;
}

type MostByPhase = ReadonlyMap<PhaseStats['name'] | MemorySample['phase'], number>;

/** GPU bytes. */
function mostByPhase(samples: readonly MemorySample[]): MostByPhase {
  const most = new Map<MemorySample['phase'], number>();
  for (const { phase, gpuBytes } of samples) most.set(phase, Math.max(most.get(phase) ?? 0, gpuBytes));
  return most;
}

function memoryLabel(most: MostByPhase, words: Words): string {
  const parts = [...most].flatMap(([phase, bytes]) =>
    phase === undefined ? [] : [`${nameOfPhase(phase, words)} ${words.bytes(bytes)}`],
  );
  return `${words.sayOf(aboutAnswers, 'memory')}: ${parts.join(', ')}`;
}

function renderPhases(phases: readonly PhaseStats[], most: MostByPhase, words: Words): TemplateResult {
  const memoryOf = (name: PhaseStats['name']): TemplateResult | typeof nothing => {
    if (most.size === 0) return nothing;
    const bytes = most.get(name);
    return html`<td>${bytes === undefined ? nothing : words.bytes(bytes)}</td>`;
  };
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${words.sayOf(aboutAnswers, 'phase')}</th>
        <th scope="col">${words.sayOf(aboutAnswers, 'time')}</th>
        <th scope="col">${words.sayOf(aboutAnswers, 'rate')}</th>
        ${most.size > 0 ? html`<th scope="col">${words.sayOf(aboutAnswers, 'memory')}</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${phases.map(
        ({ name, ms, tokens }) =>
          html`<tr>
            <th scope="row">${nameOfPhase(name, words)}</th>
            <td>${words.duration(ms)}</td>
            <td>${tokens > 0 && ms > 0 ? words.rate((1000 * tokens) / ms) : nothing}</td>
            ${memoryOf(name)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
