// Public API of the element: importing it defines <long-read>, where there is a page to define it in.
import { LongReadElement } from './long-read.ts';

export { LongReadElement };
export type { LongReadEventMap } from './events.ts';
export type { EngineFactory, ErrorReport } from './session/state.ts';
export type { CopyKey, Message, StringKey, Strings } from './strings.ts';

// A page may load this twice.
if (typeof customElements === 'object' && !customElements.get('long-read'))
  customElements.define('long-read', LongReadElement);

declare global {
  interface HTMLElementTagNameMap {
    'long-read': LongReadElement;
  }
}
