// All styles of the element, in the order in which they hold.
import { controls } from './controls.ts';
import { layout } from './layout.ts';
import { library } from './library.ts';
import { texts } from './texts.ts';
import { thread } from './thread.ts';
import { tokens } from './tokens.ts';

export const styles = [tokens, layout, controls, texts, thread, library];
