// Types for React 19, which sets properties and hears events of custom elements by itself: importing this module makes `<long-read>`
// known to JSX. It does nothing else.
import type { LitElement } from 'lit';
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { LongReadElement, LongReadEventMap } from './index.ts';

/** What can be set, as attribute or property: all that the element adds to Lit's. */
type OwnProperties = Partial<Omit<LongReadElement, keyof LitElement>>;

type Listeners = {
  readonly [Name in keyof LongReadEventMap as `on${Name}`]?: (
    event: CustomEvent<LongReadEventMap[Name]>,
  ) => void;
};

/** What JSX takes for `<long-read>`. */
export type LongReadProps = DetailedHTMLProps<HTMLAttributes<LongReadElement>, LongReadElement> &
  OwnProperties &
  Listeners;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'long-read': LongReadProps;
    }
  }
}
