// Asks a browser what its GPU adapter is.
import { chromium, type Page } from 'playwright';
import { chromiumFlags, type AdapterKind } from './flags.ts';

export interface FoundAdapter {
  readonly name: string;
  /** It computes on the processor: what Chromium gives where it finds no GPU. */
  readonly isSoftware: boolean;
}

const secureUrl = 'http://localhost/';

/** The adapter of a browser that {@link chromiumFlags} start; null when it has none. */
export async function probeAdapter(browserPath: string, adapter: AdapterKind): Promise<FoundAdapter | null> {
  const browser = await chromium.launch({
    executablePath: browserPath,
    headless: false,
    args: chromiumFlags(adapter),
  });
  try {
    const page = await browser.newPage();
    await page.route(secureUrl, (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto(secureUrl);
    return await adapterOf(page);
  } finally {
    await browser.close();
  }
}

/** The adapter that the engine would get in this page, which must be a secure context. */
export function adapterOf(page: Page): Promise<FoundAdapter | null> {
  return page.evaluate(async () => {
    const gpu = navigator.gpu as GPU | undefined;
    const found = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!found) return null;
    const { vendor, architecture, description, isFallbackAdapter } = found.info;
    return {
      name: [vendor, architecture, description].filter(Boolean).join(' '),
      isSoftware: isFallbackAdapter,
    };
  });
}
