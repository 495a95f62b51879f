// The source's text and the questions about it, the library beside them.
import { css } from 'lit';

export const reading = css`
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  blockquote {
    margin: 0;
  }
  ul,
  ol {
    padding: 0;
    list-style: none;
  }
  h3 {
    font-size: 16px;
    line-height: 24px;
  }
  .muted {
    color: var(--_muted);
    font-size: 13px;
    line-height: 18px;
  }
  .row,
  .meta {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  .grow {
    flex: 1 1 0;
    min-inline-size: 0;
  }
  .card,
  .card form,
  .exchange,
  .kept {
    display: grid;
    gap: 12px;
  }
  .card form {
    margin-block-start: 12px;
    justify-items: start;
  }
  .title {
    display: block;
    font-weight: 600;
  }
  .source {
    overflow: auto;
    overscroll-behavior: contain;
  }
  .document,
  .source-text {
    box-sizing: border-box;
    max-inline-size: calc(66ch + 64px);
    margin-inline: auto;
    padding-inline: 32px;
    font: 18px/30px var(--_serif);
  }
  .document {
    padding-block: 40px 24px;
  }
  .document h2 {
    font: 600 22px/30px var(--_serif);
  }
  .document .muted {
    font: 13px/18px var(--_ui);
  }
  .compact .document {
    max-inline-size: none;
    margin: 0;
    padding: 0;
  }
  .source-text {
    padding-block-end: 96px;
  }
  .block {
    content-visibility: auto;
  }
  .source-text p {
    padding-block-end: 16px;
    text-wrap: pretty;
  }
  .source-text .lines {
    white-space: pre-wrap;
  }
  ::highlight(longread-passage) {
    background-color: var(--_highlight);
    color: var(--_ink);
  }
  ::highlight(longread-active) {
    background-color: var(--_active);
    color: var(--_ink);
  }
  mark {
    border-radius: 2px;
    background: var(--_highlight);
    color: inherit;
  }
  mark.active {
    background: var(--_active);
  }
  .strip {
    inline-size: 100%;
    block-size: 100%;
    border-inline-start: 1px solid var(--_line);
    background: var(--_panel);
    stroke: none;
    fill: var(--_muted);
    cursor: pointer;
  }
  .strip rect {
    fill: light-dark(#d9a400, #d9ab2e);
  }
  .strip .active {
    fill: var(--_accent);
  }
  .thread {
    display: grid;
    align-content: start;
    gap: 24px;
  }
  .asked {
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
  .composer button {
    min-block-size: 40px;
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
    padding: 4px 8px 4px 0;
    border-block-start: 1px solid var(--_line);
    font-weight: 400;
    text-align: start;
  }
  .about thead th {
    font-weight: 600;
  }
  .about dl {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 4px 12px;
  }
  .library-pane {
    display: grid;
    align-content: start;
    gap: 24px;
  }
  .kept h3 {
    color: var(--_muted);
    font-size: 13px;
    line-height: 18px;
  }
  .item {
    display: flex;
    align-items: center;
    border-radius: var(--_radius);
  }
  .item[aria-current] {
    background: var(--_paper);
    box-shadow: inset 3px 0 var(--_accent);
  }
  :host(:dir(rtl)) .item[aria-current] {
    box-shadow: inset -3px 0 var(--_accent);
  }
  .compact .item {
    border-block-start: 1px solid var(--_line);
    border-radius: 0;
  }
  .name {
    position: relative;
    flex: 1 1 0;
    min-inline-size: 0;
    padding: 8px;
  }
  .name button {
    min-block-size: 0;
    padding: 0;
    border: 0;
    text-align: start;
  }
  /* The line below the title opens it, too. */
  .name button::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: var(--_radius);
  }
  .name button:focus-visible {
    outline: none;
  }
  .name button:focus-visible::after {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  .name [aria-disabled='true'] {
    opacity: 1;
  }
  .item .quiet {
    flex: none;
    padding-inline: 8px;
    color: var(--_muted);
    font-size: 13px;
  }
`;
