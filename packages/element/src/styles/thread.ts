// Questions and answers with their passages, and where they are written.
import { css } from 'lit';

export const thread = css`
  .thread {
    display: grid;
    align-content: start;
    gap: 24px;
  }
  .asked {
    white-space: pre-wrap;
  }
  .thought {
    white-space: pre-wrap;
  }
  .text {
    font: 17px/27px var(--_serif);
    white-space: pre-wrap;
  }
  .passages ol {
    display: grid;
    gap: 4px;
  }
  .passages li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0 8px;
    padding: 8px;
    border-radius: var(--_radius);
    font-size: 14px;
    line-height: 21px;
  }
  .full .passages li {
    cursor: pointer;
  }
  .full .passages li:hover,
  .passages [aria-current] {
    background: var(--_paper);
  }
  .passages [aria-current] {
    box-shadow: inset 3px 0 var(--_active);
  }
  :host(:dir(rtl)) .passages [aria-current] {
    box-shadow: inset -3px 0 var(--_active);
  }
  .passages .muted {
    grid-column: 2;
  }
  .number {
    align-self: start;
    text-align: center;
    min-block-size: 24px;
    min-inline-size: 24px;
    padding: 0;
    border-color: transparent;
    color: var(--_accent);
    font-weight: 600;
  }
  .cite {
    display: inline-block;
    position: relative;
    min-block-size: 24px;
    min-inline-size: 24px;
    padding: 0 5px;
    border-radius: 4px;
    background: var(--_paper);
    color: var(--_accent);
    font: 600 12px/22px var(--_ui);
    text-align: center;
    white-space: normal; /* not the answer's */
  }
  /* A finger hits it beside its edge, too. */
  @media (pointer: coarse) {
    button.cite::after {
      content: '';
      position: absolute;
      inset: -10px;
    }
  }
  blockquote {
    white-space: pre-line;
  }
  .full blockquote {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 5;
  }
  .composer {
    display: flex;
    align-items: end;
    gap: 8px;
  }
  .full .composer {
    padding: 12px 16px;
  }
  .full .ask-pane > .composer:nth-last-child(1):nth-child(2) {
    border-block-start: 1px solid var(--_line);
  }
  .composer textarea {
    field-sizing: content;
    flex: 1 1 0;
    min-inline-size: 0;
    max-block-size: 9rem;
    resize: none;
  }
  .composer button,
  .composer textarea {
    min-block-size: max(40px, var(--_target));
  }
  .about table {
    inline-size: 100%;
    margin-block-start: 8px;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
    text-align: start;
  }
  .about th,
  .about td {
    padding-block: 4px;
    padding-inline: 0 8px;
    overflow-wrap: break-word; /* a column is as wide as its longest word */
    border-block-start: 1px solid var(--_line);
    font-weight: 400;
    text-align: start;
  }
  .about thead th {
    font-weight: 600;
  }
  .compare {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    margin-block-start: 16px;
    justify-items: start;
  }
  .compare label {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    inline-size: 100%;
    gap: 4px;
  }
  .beside {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 160px), 1fr));
    gap: 16px;
    margin-block-start: 16px;
  }
  .beside section,
  .beside ol {
    display: grid;
    align-content: start;
    gap: 8px;
    min-inline-size: 0;
  }
  .beside h5 {
    margin: 0;
    font: inherit;
    font-weight: 600;
  }
  .beside .answer {
    color: var(--_ink);
    font: 15px/23px var(--_serif);
    white-space: pre-wrap;
  }
  .about dl {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 4px 12px;
  }
`;
