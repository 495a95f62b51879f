// Looks of the buttons, fields, progress bar and dialog of <long-read>; its colours come from layout-styles.ts.
import { css } from 'lit';

export const controlStyles = css`
  button,
  .button,
  textarea {
    box-sizing: border-box;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: inherit;
  }
  button,
  .button {
    display: inline-block;
    min-height: 2.5rem;
    padding: 0.4rem 0.9rem;
    cursor: pointer;
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
  [aria-disabled='true'] {
    opacity: 0.55;
    cursor: default;
  }
  textarea {
    width: 100%;
    padding: 0.6rem 0.75rem;
    border-color: var(--_muted);
    resize: vertical;
  }
  label:not(.button) {
    font-weight: 600;
  }
  :focus-visible,
  input:focus-visible + .button {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  summary {
    width: fit-content;
    cursor: pointer;
  }
  details form {
    margin-top: 0.75rem;
    justify-items: start;
  }
  .progress {
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
    gap: 0.25rem 1rem;
  }
  .progress progress,
  .progress .figures {
    grid-column: 1;
  }
  .progress .figures {
    min-height: 1.5em;
    color: var(--_muted);
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
  }
  .progress button {
    grid-column: 2;
    grid-row: 1 / span 3;
  }
  progress {
    width: 100%;
    height: 0.6rem;
    accent-color: var(--_accent);
  }
  dialog {
    max-width: 28rem;
    padding: 1.5rem;
    border: 1px solid var(--_line);
    border-radius: calc(2 * var(--_radius));
    background: var(--_surface);
    color: inherit;
  }
  dialog form {
    display: grid;
    gap: 1rem;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.5);
  }
  .file {
    position: relative;
  }
  @media (forced-colors: active) {
    [aria-disabled='true'] {
      color: GrayText;
      opacity: 1;
    }
  }
`;
