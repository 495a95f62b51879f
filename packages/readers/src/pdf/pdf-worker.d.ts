// The half of pdf.js that parses; importing it lets pdf.js run in place, without a worker or a request for its script.
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  export const WorkerMessageHandler: unknown;
}
