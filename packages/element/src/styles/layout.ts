// Where things stand. Compact: one column, as high as it is. Full: as high as the window, panes that scroll, by the element's own width:
// three columns; two and the library as a drawer; one with tabs. Parts of the full layout: bar, tabs, tab, library-pane, source-pane,
// source, strip, ask-pane, thread, exchange, passages, passage, citation, text, answer, form, question, ask.
import { css } from 'lit';

export const layout = css`
  .frame {
    display: grid;
    position: relative;
    overflow-wrap: anywhere;
  }
  :host([data-dropping]) .frame::after {
    content: '';
    position: absolute;
    inset: 4px;
    border: 3px dashed var(--_accent);
    border-radius: var(--_radius);
    pointer-events: none;
  }
  .compact {
    gap: 16px;
    padding: 16px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_paper);
  }
  .compact > * {
    min-width: 0;
  }
  .full {
    block-size: var(--longread-height, 100dvh);
    grid-template: auto auto auto minmax(0, 1fr) / minmax(0, 1fr);
    overflow: hidden;
  }
  .top {
    display: contents;
  }
  .bar {
    grid-row: 1;
    display: flex;
    align-items: center;
    gap: 12px;
    min-block-size: 52px;
    padding-inline: 16px;
    border-block-end: 1px solid var(--_line);
    min-width: 0;
  }
  .bar .title {
    min-width: 0;
    overflow: hidden;
    color: var(--_muted);
    font-weight: 400;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .full .messages {
    grid-row: 2;
  }
  .tabs {
    grid-row: 3;
    display: none;
    grid-template-columns: 1fr 1fr;
    border-block-end: 1px solid var(--_line);
  }
  .panes {
    grid-row: 4;
    display: grid;
    grid-template-columns: 232px minmax(0, 1fr) 420px;
    min-block-size: 0;
  }
  .panes.bare {
    grid-template-columns: minmax(0, 1fr) 420px;
  }
  .panes.welcoming {
    grid-template-columns: 232px minmax(0, 1fr);
  }
  .panes.welcoming.bare {
    grid-template-columns: minmax(0, 1fr);
  }
  .library-pane {
    position: static;
    box-sizing: border-box;
    inline-size: auto;
    block-size: auto;
    margin: 0;
    padding: 16px 12px;
    border: 0;
    border-inline-end: 1px solid var(--_line);
    background: var(--_panel);
    color: inherit;
    overflow: auto;
  }
  .source-pane,
  .ask-pane {
    position: relative;
    min-width: 0;
    min-block-size: 0;
  }
  .source-pane {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr) 20px;
    background: var(--_paper);
  }
  .ask-pane {
    display: grid;
    grid-template: minmax(0, 1fr) auto auto / minmax(0, 1fr);
    border-inline-start: 1px solid var(--_line);
  }
  .full .thread {
    padding: 20px 20px 8px;
    overflow: auto;
    overscroll-behavior: contain;
  }
  .welcome {
    display: grid;
    align-content: center;
    justify-items: center;
    gap: 24px;
    padding: 24px 16px;
    background: var(--_paper);
    overflow: auto;
  }
  .welcome > * {
    box-sizing: border-box;
    inline-size: min(100%, 36rem);
  }
  #library-button {
    display: none;
  }
  @container longread (width < 1100px) {
    .panes {
      grid-template-columns: minmax(0, 1fr) 380px;
    }
    .panes.welcoming {
      grid-template-columns: minmax(0, 1fr);
    }
    .full #library-button {
      display: inline-grid;
    }
    .full .library-pane:not(:popover-open) {
      display: none;
    }
    .full .library-pane:popover-open {
      position: fixed;
      inset-block: 0;
      inset-inline: 0 auto;
      inline-size: min(320px, 100vw - 48px);
      block-size: 100dvh;
      max-block-size: none;
    }
    .library-pane::backdrop {
      background: rgb(0 0 0 / 0.4);
    }
  }
  @container longread (width < 720px) {
    .full .tabs {
      display: grid;
    }
    .panes,
    .panes.bare,
    .panes.welcoming {
      grid-template-columns: minmax(0, 1fr);
    }
    .ask-pane {
      border-inline-start: 0;
    }
    [data-tab='ask'] .source-pane,
    [data-tab='text'] .ask-pane {
      display: none;
    }
    .full .bar .chip {
      display: none;
    }
    .full .thread {
      padding-inline: 16px;
    }
  }
`;
