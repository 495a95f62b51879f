// The strip beside a text: all of it from top to bottom, with where the scores lie, and over them what was read again for the answer and
// the passages. A slider for keyboard and screen reader, whose arrows go from place to place.
import { html, nothing, svg, type TemplateResult } from 'lit';
import { passagesIn, type NumberedPassage } from '../passages.ts';
import {
  curvePath,
  highestPlace,
  nextMark,
  passageMarks,
  placesOf,
  type Mark,
} from '../source/strip-marks.ts';
import { shownExchange, type View } from '../view.ts';

/** Of the strip's own units, and what is drawn at least. */
const size = { width: 10, height: 1000 };
const { height } = size;
const least = 3;

export function renderStrip(
  view: View,
  passages: readonly NumberedPassage[],
): TemplateResult | typeof nothing {
  const { state, active, actions, words, stripAt } = view;
  const numChars = state.text?.numChars ?? 0;
  if (numChars === 0) return nothing;
  const exchange = shownExchange(state, view);
  const places = placesOf(passagesIn(state.text, exchange?.gathered ?? []), numChars);
  // Of several documents the scores are of all of them, one behind the other.
  const curve = state.together ? undefined : exchange?.curve;
  const marks = passageMarks(passages, numChars);
  const chosen = marks.find(({ number }) => number === active?.number);
  const at = stripAt ?? chosen?.start ?? 0;
  const all: readonly Mark[] = [...marks, ...places];
  const onKeydown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key] as 1 | -1 | undefined;
    const next =
      step === undefined
        ? { Home: 0, End: 1, Enter: at, ' ': at }[event.key]
        : (nextMark(all, at, step)?.start ?? at);
    if (next === undefined) return;
    event.preventDefault();
    actions.showPlace(next);
  };
  const onClick = (event: MouseEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    actions.showPlace(Math.min(1, Math.max(0, (event.clientY - box.top) / box.height)));
  };
  const hint = words.say('stripHint');
  const description = curve
    ? words.say('stripBest', { place: words.place({ fraction: highestPlace(curve) }), hint })
    : hint;
  const here = marks.find(({ start }) => start === at);
  return html`<div
    id="strip"
    class="strip"
    part="strip"
    role="slider"
    tabindex="0"
    aria-orientation="vertical"
    aria-label=${words.say('strip')}
    aria-description=${description}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(at * 100)}
    aria-valuetext=${words.say(here ? 'stripPassage' : 'stripAt', {
      number: here?.number ?? 0,
      place: words.place({ fraction: at }),
      places: places.length > 0 ? words.say('stripPlaces', { count: places.length }) : words.say('stripNone'),
    })}
    @keydown=${onKeydown}
    @click=${onClick}
  >
    ${
      // Attributes of shapes, because a page's policy may allow no inline styles.
      svg`<svg viewBox="0 0 10 ${height}" preserveAspectRatio="none" aria-hidden="true">
        ${curve ? svg`<path class="scores" d=${curvePath(curve, size)}></path>` : nothing}
        ${places.map((mark) => bar(mark, 'gathered', 0, 4))}
        ${marks.map((mark) => bar(mark, mark === chosen ? 'passage active' : 'passage', 4, 6))}
        <rect class="at" x="0" width="10" y=${Math.min(height - 2, at * height)} height="2"></rect>
      </svg>`
    }
  </div>`;
}

function bar({ start, end, strength }: Mark, name: string, x: number, width: number): TemplateResult {
  const y = Math.min(height - least, start * height);
  return svg`<rect
    class=${name}
    x=${x}
    width=${width}
    y=${y}
    height=${Math.max(least, (end - start) * height)}
    opacity=${name.endsWith('active') ? 1 : strength}
  ></rect>`;
}
