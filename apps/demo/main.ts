// The page: one <long-read> in the whole window, with what it does not have of its own around it: the first view, settings, what keeps
// the page for later.
import './shell/policy.ts';
import { LongReadElement } from '@longread/element';
import { App } from './shell/app.ts';
import { readPackaged } from './shell/packaged.ts';
import { keepPage } from './shell/offline.ts';
import { Settings } from './shell/settings.ts';
import { Notes } from './shell/notes.ts';
import { Welcome } from './shell/welcome.ts';

const element = document.querySelector('long-read');
if (!(element instanceof LongReadElement)) throw new Error('the page has no <long-read>');

const { model, sample } = readPackaged(document);
const app = new App(element, model, sample);
const parts = [
  [new Welcome(app), 'welcome'],
  [new Notes(app), 'actions'],
  [new Settings(app), 'actions'],
] as const;
for (const [part, slot] of parts) {
  part.slot = slot;
  element.append(part);
}
void app.look();
void keepPage((use) => app.tellNewer(use));
