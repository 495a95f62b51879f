// pdf.js, loaded when the first PDF is read: in place, so that no worker's script has to be found, and without what draws pages.
// Its build for older platforms is the one that Node 20 runs.

/** Classes that pdf.js makes one of when it is loaded, to draw with; Node has none, and nothing is drawn. */
const drawing = ['DOMMatrix', 'ImageData', 'Path2D'] as const;

export async function loadPdfjs(): Promise<typeof import('pdfjs-dist')> {
  const here = globalThis as Record<string, unknown>;
  const lacking = drawing.filter((name) => here[name] === undefined);
  for (const name of lacking)
    here[name] = class {
      readonly draws = false;
    };
  const { warn } = console;
  // It warns that pages cannot be drawn, before anything can tell it to be silent.
  if (lacking.length > 0)
    console.warn = (...words: unknown[]) => {
      if (!String(words[0]).startsWith('Warning: Cannot load "@napi-rs/canvas"')) warn(...words);
    };
  try {
    const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
    here.pdfjsWorker = await import('pdfjs-dist/legacy/build/pdf.worker.mjs');
    return pdfjs;
  } finally {
    console.warn = warn;
    for (const name of lacking) Reflect.deleteProperty(here, name);
  }
}
