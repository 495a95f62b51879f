// What is drawn over the page: the question before deleting, and at the foot of a narrow page the sheet with a passage.
import { css } from 'lit';

export const dialogs = css`
  dialog {
    box-sizing: border-box;
    max-inline-size: min(28rem, 100vw - 32px);
    padding: 24px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_paper);
    color: inherit;
  }
  dialog form,
  .sheet-content {
    display: grid;
    gap: 16px;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.5);
  }
  .sheet {
    inline-size: 100%;
    max-inline-size: none;
    max-block-size: 75dvh;
    margin-block-end: 0;
    margin-inline: 0;
    padding: 0;
    border-width: 1px 0 0;
    border-end-start-radius: 0;
    border-end-end-radius: 0;
    overflow: hidden;
    transition: translate 120ms;
  }
  .sheet[open] {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    @starting-style {
      translate: 0 100%;
    }
  }
  .sheet-content {
    grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
    min-block-size: 0;
    padding-block-end: env(safe-area-inset-bottom);
  }
  .sheet-head {
    flex-wrap: nowrap;
    padding-block: 8px 0;
    padding-inline: 20px 8px;
  }
  .sheet h3:focus-visible {
    outline: none; /* it is only where reading begins */
  }
  .sheet h3 .muted {
    display: block;
    font-weight: 400;
  }
  .around {
    padding: 4px 20px;
    font: 18px/30px var(--_serif);
    overflow: auto;
    overscroll-behavior: contain;
  }
  .around:focus-visible {
    outline-offset: -2px;
  }
  .around p + p {
    padding-block-start: 16px;
  }
  .around .lines {
    white-space: pre-wrap;
  }
  .sheet-foot {
    padding: 0 16px 12px;
  }
`;
