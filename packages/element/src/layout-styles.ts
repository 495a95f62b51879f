// Looks of <long-read>. Custom properties: --longread-accent, -on-accent, -danger, -text, -muted, -surface, -raised, -line,
// -radius and -font. Colours follow the page's color-scheme. Parts: frame, model, picker, document, title, progress, form,
// question, button, ask, answer, earlier, text, passages, passage, stats, library, models, library-item, dialog, error, notice.
import { css } from 'lit';

export const layoutStyles = css`
  :host {
    --_accent: var(--longread-accent, light-dark(#1f5f8b, #7cc0ee));
    --_on-accent: var(--longread-on-accent, light-dark(#ffffff, #0d1a24));
    --_danger: var(--longread-danger, light-dark(#a3261f, #ff9d94));
    --_text: var(--longread-text, light-dark(#1c2127, #e6e9ec));
    --_muted: var(--longread-muted, light-dark(#59626c, #a3adb8));
    --_surface: var(--longread-surface, light-dark(#ffffff, #161b20));
    --_raised: var(--longread-raised, light-dark(#f4f6f8, #1f262d));
    --_line: var(--longread-line, light-dark(#c9d0d7, #3a444e));
    --_radius: var(--longread-radius, 0.5rem);
    display: block;
    color: var(--_text);
    font: 1rem/1.5 var(--longread-font, system-ui, sans-serif);
  }
  :host([hidden]) {
    display: none;
  }
  .frame {
    display: grid;
    gap: 1.25rem;
    padding: clamp(1rem, 4vw, 2rem);
    border: 1px solid var(--_line);
    border-radius: calc(2 * var(--_radius));
    background: var(--_surface);
    overflow-wrap: anywhere;
  }
  .frame > * {
    min-width: 0;
  }
  :host([data-dropping]) .frame {
    outline: 3px dashed var(--_accent);
    outline-offset: -8px;
  }
  h3,
  h4 {
    margin: 0;
    font-size: 1.0625rem;
    line-height: 1.3;
  }
  .earlier {
    padding-top: 1rem;
    border-top: 1px solid var(--_line);
  }
  p,
  ul,
  ol,
  blockquote {
    margin: 0;
  }
  .muted {
    color: var(--_muted);
    font-size: 0.875rem;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
  }
  .buttons {
    display: flex;
    gap: 0.75rem;
  }
  .grow {
    flex: 1 1 14rem;
    min-width: 0;
  }
  .card,
  .question,
  .answer,
  .earlier,
  .passages,
  .library,
  details form {
    display: grid;
    gap: 0.75rem;
  }
  .card {
    padding: 1.25rem;
    border: 1px dashed var(--_line);
    border-radius: var(--_radius);
    background: var(--_raised);
  }
  /* Live regions are always there, and take no room while they are empty. */
  .live:not(:has(*)) {
    position: absolute;
  }
  .answer .text {
    font-size: 1.125rem;
    white-space: pre-wrap;
  }
  ol,
  ul {
    padding: 0;
    list-style: none;
  }
  ol {
    display: grid;
    gap: 1rem;
  }
  ol > li {
    padding-left: 0.9rem;
    border-left: 3px solid var(--_accent);
  }
  blockquote {
    white-space: pre-line;
  }
  ul > li {
    padding: 0.6rem 0;
    border-top: 1px solid var(--_line);
  }
  .title {
    display: block;
    font-weight: 600;
  }
  .error {
    padding: 0.75rem 1rem;
    border: 1px solid var(--_danger);
    border-radius: var(--_radius);
  }
  .error strong {
    color: var(--_danger);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
