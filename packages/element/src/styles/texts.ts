// Texts: what all of them share, and the source's in its pane.
import { css } from 'lit';

export const texts = css`
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
  .exchange {
    grid-template-columns: minmax(0, 1fr);
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
  @container longread (width < 720px) {
    .full .document,
    .source-text {
      padding-inline: 20px;
    }
  }
  .together,
  .files {
    font: 15px/22px var(--_ui);
  }
  .files {
    margin-block-start: 8px;
  }
  .files ul {
    max-block-size: 50vh;
    overflow: auto;
  }
  .files bdi {
    min-inline-size: 0;
  }
  .files .out {
    color: var(--_muted);
    text-decoration: line-through;
  }
  .together {
    display: grid;
    gap: 12px;
    margin-block-start: 24px;
  }
  .together .link {
    border-inline: 0;
    font-size: 15px;
  }
  .files li,
  .together li {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 12px;
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
    box-sizing: border-box;
    inline-size: 100%;
    block-size: 100%;
    border-inline-start: 1px solid var(--_line);
    background: var(--_panel);
    cursor: pointer;
  }
  .strip svg {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    stroke: none;
  }
  .strip:dir(rtl) svg {
    transform: scaleX(-1);
  }
  .strip .scores {
    fill: color-mix(in srgb, var(--_accent) 40%, var(--_panel));
  }
  .strip .gathered {
    fill: var(--_muted);
  }
  .strip .passage {
    fill: light-dark(#d9a400, #d9ab2e);
  }
  .strip .active,
  .strip .at {
    fill: var(--_accent);
  }
  .strip:not(:focus-visible) .at {
    display: none;
  }
`;
