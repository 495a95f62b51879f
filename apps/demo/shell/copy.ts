// Copy of the page around the element, in English. Its keys join the element's: what a page gives as `strings` replaces any of both, and
// values are written as the element writes them. The page's title and what is told without scripts stand in index.html.
import type { Message, Strings } from '@longread/element';

export const shell = {
  // The first view
  promise: 'Ask a book. It stays on this device.',
  lead: 'Open a novel, a contract, a report; ask what you want to know; see the passages that the answer comes from.',
  trySample: 'Try {title}',
  openFile: 'Open a file',
  oneMoment: 'One moment …',
  openedNext: '{title} is opened next.',
  staysHere: 'Nothing that you open or ask leaves this device.',
  goesTo: 'Questions and the passages that are found go to {host}; all else stays on this device.',
  isHere: 'The reading model ({model}) is in this browser already.',
  needsModel: 'Needs the reading model ({model}), once. It is fetched when you begin, and not before.',
  needsModelOf:
    'Needs the reading model ({model}): {size}, once. It is fetched when you begin, and not before.',
  stepFetch: 'Fetch the reading model',
  stepCheck: 'Check this device',
  stepRead: 'Read the document',
  modelThen: '{model}, then {title}',
  keptBefore: 'What was read before is kept in this browser.',
  fileWaits: '{title} waits. What was read before is kept in this browser.',
  checkAgain: 'Check again',
  // The bar
  answersBy: 'Answers: {host}',
  answersByHint: 'Questions and their passages are sent there. Press to answer on this device again.',
  update: 'Update',
  updateHint: 'The page loads again; what was read is kept',
  // Settings
  settings: 'Settings',
  closeSettings: 'Close the settings',
  answersAndText: 'Answers and text',
  answerLength: 'Answers',
  answerShort: 'Short: a phrase or a sentence',
  answerUsual: 'Usual',
  answerLong: 'Long: as much as the model has to say',
  textSize: 'Size of the text',
  sizeSmall: 'Small',
  sizeUsual: 'Usual',
  sizeLarge: 'Large',
  sizeHuge: 'Very large',
  theme: 'Colours',
  themeAuto: 'As this device',
  themeLight: 'Light',
  themeDark: 'Dark',
  // Reading models
  readingModel: 'Reading model',
  readingModelHint:
    'A larger model writes better and reads more slowly. Each is fetched once and kept in this browser; documents are read anew with another one.',
  packaged: 'Comes with this page: small, and quick to try.',
  modelWindow: 'window of {count} tokens',
  modelFits: 'Fits: needs {size} of graphics memory.',
  modelFitsNot: 'Does not fit. {reason}',
  statedByAuthors: 'Stated by its authors, not measured here.',
  keptHere: 'kept in this browser',
  modelInUse: 'In use',
  use: 'Use',
  useModel: 'Use {model}',
  fetchAndUse: 'Fetch and use',
  fetchAndUseModel: 'Fetch and use {model}',
  lookingAt: 'Looking at {model} …',
  doesNotFit: '{model} does not fit this device.',
  byName: 'Another one, by its name on Hugging Face ({form}) or its address',
  look: 'Look',
  hubForm: 'owner/name',
  typeModel: 'Type the name of a model on a hub, as {form}, or an address.',
  noAddress: '“{typed}” is no address and no name like {form}.',
  httpsModel: 'An address has to begin with https:// (http:// is for this computer alone).',
  ownFiles: 'Choose files of your own',
  keptModels: 'Kept models',
  deletedModel: 'Deleted {model}.',
  // A server of the reader's own
  serverHeading: 'Answers from a server of your own',
  serverHint:
    'Reading and finding stay on this device. With a server named here each question is sent to it with the passages that were found, and nothing else of the document. Ollama, LM Studio, llama.cpp, vLLM and the like will do. Neither the address nor the key is kept: both go with this tab.',
  answerHere: 'Answer on this device again',
  serverAddress: 'Address',
  serverModel: 'Model',
  serverKey: 'Key, if it asks for one',
  sendThere: 'Send questions there',
  writtenBy: 'Answers are written by {host} from now on.',
  typeServer: 'Type the whole address of the server, as {example}.',
  httpsServer:
    'The address has to begin with https:// (http:// is for this computer alone): on the way what is sent could be read.',
  noNameInAddress: 'Leave name and password out of the address; a key has a field of its own.',
  typeServerModel: 'Type the name of the model as the server calls it.',
  // What is kept
  onThisDeviceHeading: 'On this device',
  nothingSent: 'Nothing of it is sent anywhere.',
  keepsNothing:
    'This browser keeps nothing for this page, as in a private window: what is read goes with the page.',
  staysKept: '{amount}. The browser keeps it until you delete it.',
  mayBeCleared: '{amount}. The browser may clear it when the device runs out of room.',
  importDocument: 'Import a read document',
  importedAs: '{title} is here.',
  exportNamed: 'Export {title}',
} as const satisfies Record<string, Message>;

export type ShellKey = keyof typeof shell;

/** What a translated page gives its element as `strings`. */
export type PageStrings = Strings & Readonly<Partial<Record<ShellKey, Message>>>;

/** A message of the page's, in its language. */
export type Say = (key: ShellKey, values?: Readonly<Record<string, string | number>>) => string;
