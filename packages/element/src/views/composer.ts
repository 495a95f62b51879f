// Where a question is written: Enter sends, Shift and Enter begin a line, Escape stops, the arrow up recalls earlier questions.
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { askedOf, titleOfOpen } from '../session/asked.ts';
import type { View } from '../view.ts';

export function renderComposer({ state, words, actions, draft }: View): TemplateResult {
  const { phase, exchanges, isCancelling } = state;
  const isAsking = phase === 'asking';
  // What is read of a document can be asked while the rest is.
  const canAsk = phase === 'ready' || (phase === 'reading' && !askedOf(state) && state.text !== undefined);
  const recall = (field: HTMLTextAreaElement): void => {
    const asked = exchanges.map(({ question }) => question);
    const at = field.value === '' ? asked.length : asked.lastIndexOf(field.value);
    const earlier = asked[at - 1];
    if (earlier !== undefined) actions.write(earlier);
  };
  const onKeydown = (event: KeyboardEvent): void => {
    const field = event.currentTarget as HTMLTextAreaElement;
    if (event.isComposing) return;
    const isRecalled = field.value === '' || exchanges.some(({ question }) => question === field.value);
    if (event.key === 'Escape' && isAsking) actions.cancel();
    else if (event.key === 'ArrowUp' && isRecalled) recall(field);
    else if (event.key === 'Enter' && !event.shiftKey) actions.ask(field.value);
    else return;
    event.preventDefault();
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isAsking) actions.cancel();
    else actions.ask(draft);
  };
  const about = { title: titleOfOpen(state, words) || state.title };
  const placeholder = state.together ? words.say('askAllDocuments') : words.say('questionPlaceholder', about);
  return html`<form class="composer" part="form" @submit=${onSubmit}>
    <label for="question" class="visually-hidden">${words.say('questionLabel')}</label>
    <textarea
      id="question"
      name="question"
      part="question"
      rows="1"
      dir="auto"
      placeholder=${placeholder}
      aria-describedby="question-hint"
      .value=${live(draft)}
      @input=${(event: Event) => actions.write((event.currentTarget as HTMLTextAreaElement).value)}
      @keydown=${onKeydown}
    ></textarea>
    <button
      id="ask"
      type="submit"
      class=${isAsking ? '' : 'primary'}
      part="button ask"
      aria-disabled=${isAsking ? isCancelling : !canAsk}
    >
      ${words.say(isAsking ? (isCancelling ? 'cancelling' : 'stop') : 'ask')}
    </button>
    <span id="question-hint" class="visually-hidden">${words.say('questionHint')}</span>
  </form>`;
}
