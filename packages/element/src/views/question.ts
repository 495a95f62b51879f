// The question and what came back: the answer as it is written, the passages that it was read from, and the figures.
import { html, nothing, type TemplateResult } from 'lit';
import type { Answer, Evidence } from 'longread';
import type { Actions } from '../actions.ts';
import { formatCount, formatSeconds } from '../format.ts';
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

/** The live region is there from the start, so that screen readers know it before text arrives. */
export function renderAnswer({ exchange, phase }: SessionState): TemplateResult {
  const isWriting = phase === 'asking';
  return html`<div class="answer live" part="answer" aria-live="polite" aria-busy=${isWriting}>
      ${
        exchange
          ? html`<h3>${exchange.question}</h3>
              <p class="text" part="text">${exchange.text}</p>
              ${exchange.isStopped ? html`<p class="muted">Stopped before its end.</p>` : nothing}`
          : nothing
      }
    </div>
    ${exchange?.answer ? renderPassages(exchange, exchange.answer) : nothing}`;
}

function renderPassages(exchange: Exchange, answer: Answer): TemplateResult {
  const hasScores = answer.stats.strategy !== 'full';
  return html`<section class="passages" aria-labelledby="passages-heading">
    <h3 id="passages-heading">Passages it was read from</h3>
    ${
      answer.evidence.length === 0
        ? html`<p class="muted">None.</p>`
        : html`<ol part="passages">
            ${answer.evidence.map((passage) => renderPassage(passage, hasScores))}
          </ol>`
    }
    <p class="muted" part="stats">${statsLine(answer)}</p>
  </section>`;
}

function renderPassage({ start, end, score, text }: Evidence, hasScore: boolean): TemplateResult {
  return html`<li part="passage">
    <p class="muted">
      Characters ${formatCount(start)} to
      ${formatCount(end)}${hasScore ? ` · score ${score.toFixed(2)}` : nothing}
    </p>
    <blockquote>${text}</blockquote>
  </li>`;
}

function statsLine({ stats, finish }: Answer): string {
  const phases = stats.phases.map(({ name, ms }) => `${name} ${formatSeconds(ms)}`).join(', ');
  const cut = finish === 'length' ? ', cut at its length limit' : '';
  return (
    `${formatCount(stats.gatheredTokens)} tokens gathered, ${formatCount(stats.generatedTokens)} written${cut}` +
    (phases === '' ? '' : ` · ${phases}`)
  );
}
