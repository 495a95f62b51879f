// Looks that the page's own parts share with the element: its colours, by the custom properties of style.css, its type and its space.
import { css } from 'lit';

export const shared = css`
  :host {
    display: block;
    color: var(--longread-ink);
    font:
      15px/22px system-ui,
      -apple-system,
      'Segoe UI',
      sans-serif;
  }
  :host([hidden]) {
    display: none;
  }
  h1,
  h2,
  h3,
  p,
  ol,
  ul {
    margin: 0;
  }
  ol,
  ul {
    padding: 0;
    list-style: none;
  }
  .muted {
    color: var(--longread-muted);
    font-size: 13px;
    line-height: 18px;
  }
  button,
  .button,
  input[type='text'],
  input[type='password'],
  select {
    box-sizing: border-box;
    min-height: 36px;
    padding: 6px 12px;
    border: 1px solid var(--longread-line);
    border-radius: 6px;
    background: var(--longread-paper);
    color: inherit;
    font: inherit;
  }
  button,
  .button {
    display: inline-block;
    cursor: pointer;
  }
  input[type='text'],
  input[type='password'],
  select {
    border-color: var(--longread-muted);
  }
  .primary {
    border-color: var(--longread-accent);
    background: var(--longread-accent);
    color: var(--longread-on-accent);
    font-weight: 600;
  }
  .quiet {
    border-color: transparent;
    background: none;
  }
  .danger {
    color: var(--longread-danger);
  }
  button:hover,
  .button:hover {
    border-color: var(--longread-accent);
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  :focus-visible,
  input:focus-visible + .button {
    outline: 2px solid var(--longread-accent);
    outline-offset: 2px;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  .grow {
    flex: 1 1 9rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (pointer: coarse) {
    button,
    .button,
    input[type='text'],
    input[type='password'],
    select {
      min-height: 44px;
    }
  }
`;
