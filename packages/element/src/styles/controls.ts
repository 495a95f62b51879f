// Buttons, fields, progress, dialogs and messages.
import { css } from 'lit';

export const controls = css`
  button,
  .button,
  textarea,
  input {
    box-sizing: border-box;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: none;
    color: inherit;
    font: inherit;
  }
  button,
  .button {
    display: inline-grid;
    place-content: center;
    min-block-size: var(--_target);
    min-inline-size: var(--_target);
    padding: 4px 12px;
    cursor: pointer;
    transition: border-color 120ms;
  }
  button:hover,
  .button:hover {
    border-color: var(--_accent);
  }
  .primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .danger {
    border-color: var(--_danger);
    color: var(--_danger);
    font-weight: 600;
  }
  .quiet,
  .link {
    border-color: transparent;
  }
  .link {
    padding-inline: 0;
    min-inline-size: 0;
    color: var(--_accent);
    font-size: 13px;
  }
  .link:hover {
    border-color: transparent;
    text-decoration: underline;
  }
  svg {
    inline-size: 16px;
    block-size: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
  }
  [aria-disabled='true'] {
    opacity: 0.55;
    cursor: default;
  }
  textarea,
  input:not([type='file']) {
    inline-size: 100%;
    min-block-size: 40px;
    padding: 8px 10px;
    border-color: var(--_muted);
    background: var(--_paper);
    resize: vertical;
  }
  select {
    box-sizing: border-box;
    inline-size: 100%;
    min-block-size: var(--_target);
    padding-inline: 8px;
    border: 1px solid var(--_muted);
    border-radius: var(--_radius);
    background: var(--_paper);
    color: var(--_ink);
    font: inherit;
  }
  ::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  label:not(.button) {
    font-weight: 600;
  }
  :focus-visible,
  input:focus-visible + .button {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .source:focus-visible,
  .strip:focus-visible,
  .tabs button:focus-visible {
    outline-offset: -2px;
  }
  summary {
    inline-size: fit-content;
    min-block-size: var(--_target);
    align-content: center;
    cursor: pointer;
  }
  .tabs button {
    min-block-size: 44px;
    border: 0;
    border-radius: 0;
    color: var(--_muted);
  }
  .tabs [aria-selected='true'] {
    color: var(--_ink);
    box-shadow: inset 0 -2px var(--_accent);
    font-weight: 600;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    max-inline-size: 100%;
    box-sizing: border-box;
    padding: 3px 10px;
    border: 1px solid var(--_line);
    border-radius: 999px;
    color: var(--_muted);
    font-size: 13px;
    line-height: 18px;
    justify-self: start;
  }
  .bar .chip {
    flex: none;
    max-inline-size: 40%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .dot {
    flex: none;
    inline-size: 7px;
    block-size: 7px;
    border-radius: 50%;
    background: light-dark(#2c7a43, #71c48a);
  }
  .progress {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 4px 12px;
  }
  .full .ask-pane .progress {
    padding: 12px 16px 0;
    border-block-start: 1px solid var(--_line);
  }
  .progress label:not(.button) {
    grid-column: 1;
    font-size: 13px;
    font-weight: 400;
  }
  .progress .figures {
    grid-column: 1;
    min-block-size: 18px;
    color: var(--_muted);
    font-size: 13px;
    line-height: 18px;
    font-variant-numeric: tabular-nums;
  }
  .progress progress {
    grid-column: 1;
    inline-size: 100%;
    block-size: 6px;
    accent-color: var(--_accent);
  }
  .progress .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    grid-area: 1 / 2 / span 3;
  }
  .error,
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
    padding: 8px 16px;
    border-block-end: 1px solid var(--_line);
  }
  .error {
    background: color-mix(in srgb, var(--_danger) 8%, var(--_paper));
    box-shadow: inset 3px 0 var(--_danger);
  }
  small {
    color: var(--_muted);
    font-size: 13px;
  }
  .file {
    position: relative;
  }
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
  @media (forced-colors: active) {
    [aria-disabled='true'] {
      color: GrayText;
      opacity: 1;
    }
    .tabs [aria-selected='true'] {
      text-decoration: underline;
    }
  }
`;
