// Copy of what can be done with documents that are kept: how deep they are read, several asked as one. It comes with what says it
// (views/dialogs.ts); a page replaces any of it through the property `strings`, as all copy.

export const kept = {
  // Several as one
  allIn: 'All documents: {preset}',
  askTogether: 'Ask {title}, {count} of {total}',
  countOf: { one: '{count} of {total} document', other: '{count} of {total} documents' },
  askedTogether: {
    one: '{count} document is asked as one. Nothing is read again, and each passage names its document.',
    other: '{count} documents are asked as one. Nothing is read again, and each passage names its document.',
  },
  oneOfTogether: {
    one: 'The only document that is asked',
    other: 'One of {count} documents that are asked together',
  },
  showAll: 'Show all',
  showText: 'Show the text of {title}',
  leftOut: 'Not among them',
  leftOutNotWhole: 'not read to its end',
  leftOutOtherModel: 'read by another model, or with other settings',
  leftOutOtherPreset: 'read in another way: {preset}',
  leftOutCameLater: 'came later: choose {all} again',
  // The files of a document
  files: { one: '{count} file', other: '{count} files' },
  filesOut: { one: '· {count} taken out', other: '· {count} taken out' },
  filesNote:
    'A file that is taken out is no longer gathered: no passage comes from it. Its text stays in what was read; to be rid of it, read the source again without it.',
  isOut: 'taken out',
  takeOut: 'Take out',
  takeOutName: 'Take out {name}',
  takeBack: 'Take back',
  takeBackName: 'Take back {name}',
  // How deep a document is read
  preset: 'How it is read',
  presetSkim: 'Skim',
  presetRead: 'Read',
  presetStudy: 'Study',
  presetSkimNote:
    'Quickest to read and smallest to keep; to find as much, more of it is read again for each question.',
  presetReadNote: 'The usual way.',
  presetStudyNote:
    'Slowest to read and largest to keep: the deepest reading that was measured for this model.',
  presetTime: 'Reading takes about {percent} of the time of {other}.',
  presetGathers: {
    one: 'A question reads up to {count} token of it again.',
    other: 'A question reads up to {count} tokens of it again.',
  },
  deepen: 'Read deeper: {preset}',
  deepenTitle: 'Read deeper: {preset}, {title}',
  deepenCost: '{amount} more to keep, about {time} to read',
  deepenSize: '{amount} more to keep',
  deepenNote: 'It is read again from its stored text; the reading that there is stays until you delete it.',
} as const;
