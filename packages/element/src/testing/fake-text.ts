// The text of every document of the fake engine.

/** 180,000 characters, each paragraph with its number. */
const paragraph = 'It was a clear steel-blue day, and the firmaments of air and sea were hardly separable.';
export const text = Array.from({ length: 1700 }, (_, i) => `${i}. ${paragraph} <b>${i}</b>`)
  .join('\n\n')
  .padEnd(180_000, '.')
  .slice(0, 180_000);
