// The question and what came back: the answer as it is written, the passages that it was read from, and the figures.
import { html, nothing, type TemplateResult } from 'lit';
import type { Answer, Evidence } from 'longread';
import type { Actions } from '../actions.ts';
import { formatCount, formatPlace, formatSeconds } from '../format.ts';
import type { Exchange, SessionState } from '../session-state.ts';

export function renderQuestion(state: SessionState, question: string, actions: Actions): TemplateResult {
  const onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    actions.ask((event.currentTarget as HTMLTextAreaElement).value);
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    actions.ask((form.elements.namedItem('question') as HTMLTextAreaElement).value);
  };
  return html`<form class="question" part="form" @submit=${onSubmit}>
    <label for="question">Your question</label>
    <textarea
      id="question"
      name="question"
      part="question"
      rows="2"
      aria-describedby="question-hint"
      .value=${question}
      @keydown=${onKeydown}
    ></textarea>
    <div class="row">
      <button type="submit" class="primary" part="button ask" aria-disabled=${state.phase !== 'ready'}>
        Ask
      </button>
      <span id="question-hint" class="muted">Enter sends, Shift+Enter starts a new line</span>
    </div>
  </form>`;
}

/**
 * The newest answer, then those before it. The live region is there from the start, so that screen readers know it before text arrives.
 */
export function renderAnswers({ exchanges, phase, document }: SessionState): TemplateResult {
  const isWriting = phase === 'asking';
  const newest = exchanges.at(-1);
  const numChars = document?.manifest.numChars ?? 0;
  return html`<div class="answer live" part="answer" aria-live="polite" aria-busy=${isWriting}>
      ${newest ? renderText(newest, html`<h3>${newest.question}</h3>`) : nothing}
    </div>
    ${newest ? renderPassages(newest, numChars) : nothing}
    ${
      exchanges.length > 1
        ? html`<section class="earlier" part="earlier" aria-labelledby="earlier-heading">
            <h3 id="earlier-heading">Asked before</h3>
            ${exchanges
              .slice(0, -1)
              .toReversed()
              .map(
                (exchange) =>
                  html`<article class="answer" part="answer">
                    ${renderText(exchange, html`<h4>${exchange.question}</h4>`)}
                    ${exchange.evidence ? renderFolded('Its passages', exchange.evidence, numChars) : nothing}
                  </article>`,
              )}
          </section>`
        : nothing
    }`;
}

function renderText({ text, isStopped }: Exchange, heading: TemplateResult): TemplateResult {
  return html`${heading}
    <p class="text" part="text">${text}</p>
    ${isStopped ? html`<p class="muted">Stopped before its end.</p>` : nothing}`;
}

/** Passages that are shown; the others are folded away. */
const numShown = 3;

/** In the order of the text: the best few, and the rest on demand. */
function renderPassages({ evidence, answer }: Exchange, numChars: number): TemplateResult | typeof nothing {
  if (!evidence) return nothing;
  const rest = evidence.slice(numShown);
  return html`<section class="passages" aria-labelledby="passages-heading">
    <h3 id="passages-heading">Passages it was read from</h3>
    ${
      evidence.length === 0
        ? html`<p class="muted">None.</p>`
        : renderList(evidence.slice(0, numShown), numChars)
    }
    ${rest.length > 0 ? renderFolded(`${formatCount(rest.length)} more`, rest, numChars) : nothing}
    ${
      answer
        ? html`<details class="muted">
            <summary>About this answer</summary>
            <p part="stats">${statsLine(answer)}</p>
          </details>`
        : nothing
    }
  </section>`;
}

function renderFolded(summary: string, passages: readonly Evidence[], numChars: number): TemplateResult {
  return html`<details>
    <summary>${summary}</summary>
    ${renderList(passages, numChars)}
  </details>`;
}

function renderList(passages: readonly Evidence[], numChars: number): TemplateResult {
  return html`<ol part="passages">
    ${passages
      .toSorted((a, b) => a.start - b.start)
      .map(
        ({ start, text }) =>
          html`<li part="passage">
            <p class="muted">${formatPlace(start, numChars)}</p>
            <blockquote>${text.trim()}</blockquote>
          </li>`,
      )}
  </ol>`;
}

function statsLine({ stats, finish }: Answer): string {
  const phases = stats.phases.map(({ name, ms }) => `${name} ${formatSeconds(ms)}`).join(', ');
  const cuts = {
    stop: '',
    length: ', cut at its length limit',
    repetition: ', ended where it repeated itself',
  };
  return (
    `${formatCount(stats.gatheredTokens)} tokens gathered, ${formatCount(stats.generatedTokens)} written${cuts[finish]}` +
    (phases === '' ? '' : ` · ${phases}`)
  );
}
