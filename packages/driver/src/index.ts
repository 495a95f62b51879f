// The engine in a browser's page, driven from Node: the pages served, the page opened, its calls typed.
export { createPageCall, type PageCall } from './calls.ts';
export type { Outcome, PageDocument, PageDriver, PageEngineOptions, StoredDocuments } from './page-driver.ts';
export { modelUrl, runInBrowser, serveModel, type BrowserRun, type BrowserWork } from './run-in-browser.ts';
export { runInPage, type PageRun, type PageWork } from './run-in-page.ts';
export type { Session } from './session.ts';
export { serveSite, type Site, type SiteContent, type SiteFiles } from './site.ts';
