// What is kept in this browser.
import { css } from 'lit';

export const library = css`
  .library-pane {
    display: grid;
    align-content: start;
    gap: 24px;
  }
  .kept h2 {
    color: var(--_muted);
    font-size: 13px;
    line-height: 18px;
  }
  .item {
    display: flex;
    flex-wrap: wrap;
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
  .menu,
  .renaming {
    box-sizing: border-box;
    min-inline-size: 0;
  }
  .menu {
    display: flex;
    flex: 1 0 100%;
    flex-wrap: wrap;
    gap: 0 12px;
    padding-inline: 8px;
  }
  .menu p {
    flex: 1 0 100%;
    padding-block-end: 8px;
  }
  .menu .muted {
    align-self: center;
  }
  .depth {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 4px;
  }
  .renaming {
    display: flex;
    flex: 1 0 100%;
    gap: 8px;
    padding: 8px;
  }
  .renaming input {
    flex: 1 1 0;
    min-inline-size: 0;
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
