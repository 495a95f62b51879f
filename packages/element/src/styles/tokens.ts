// The custom properties of <long-read>, light and dark by the page's color-scheme. A page may set any of them:
// --longread-paper, -panel, -ink, -muted, -line, -accent, -on-accent, -highlight, -active, -danger (colours), -radius, -height (of the full
// layout; the window's by default), -font and -font-text (families of the interface and of texts).
import { css } from 'lit';

export const tokens = css`
  :host {
    --_paper: var(--longread-paper, light-dark(#fcfaf5, #1a1915));
    --_panel: var(--longread-panel, light-dark(#f6f3ec, #16150f));
    --_ink: var(--longread-ink, light-dark(#1e1b16, #ebe6da));
    --_muted: var(--longread-muted, light-dark(#5f594d, #a8a08f));
    --_line: var(--longread-line, light-dark(#dbd5c6, #38342a));
    --_accent: var(--longread-accent, light-dark(#0f5b6c, #7fc8d8));
    --_on-accent: var(--longread-on-accent, light-dark(#ffffff, #0a1c21));
    --_highlight: var(--longread-highlight, light-dark(#ffe79a, #4d3f12));
    --_active: var(--longread-active, light-dark(#ffcf4d, #7a6110));
    --_danger: var(--longread-danger, light-dark(#a0281d, #ff9c90));
    --_radius: var(--longread-radius, 6px);
    --_ui: var(--longread-font, system-ui, -apple-system, 'Segoe UI', sans-serif);
    --_serif: var(
      --longread-font-text,
      'Iowan Old Style',
      'Palatino Linotype',
      Palatino,
      Charter,
      Georgia,
      serif
    );
    --_target: 36px;
    display: block;
    container: longread / inline-size;
    background: var(--_panel);
    color: var(--_ink);
    font: 15px/22px var(--_ui);
  }
  :host([hidden]) {
    display: none;
  }
  @media (pointer: coarse) {
    :host {
      --_target: 44px;
    }
  }
`;
