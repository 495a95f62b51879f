// Copy of how an answer came about. It comes with what says it (views/about.ts); a page replaces any of it through the property
// `strings`, as all copy.

export const aboutAnswers = {
  strategy: 'Way of answering',
  gathered: 'Read again for it',
  written: 'Written',
  thought: 'What the model thought first',
  compareWith: 'The same question by another way',
  compare: 'Ask and compare',
  wayReform: 'Passages, read again',
  wayFull: 'All of the text at once',
  wayH2o: 'What was attended to most',
  wayStreaming: 'The newest words',
  wayTova: 'What the newest words attend to',
  waySnapkv: 'What the question attends to',
  wayCascade: 'Ever fewer words, the further back',
  wayPages: 'Pages that suit each chunk',
  wayTruncate: 'Beginning and end',
  wayBm25: 'Words of the question',
  wayLayer: 'What one layer attends to',
  wayChunks: 'All, a stretch at a time',
  wayFold: 'Notes, rewritten',
  memory: 'GPU memory',
  memoryValue: '{planned} planned, {peak} at most in use',
  phase: 'Step',
  time: 'Time',
  rate: 'Speed',
} as const;
