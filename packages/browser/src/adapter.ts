// Asks the browser that the tests use what its GPU adapter is, so that a report says what it was made on.
import { WebGpuUnavailableError } from '@longread/core';
import { chromium } from 'playwright';
import { chromiumFlags } from './find-browser.ts';

export interface AdapterReport {
  readonly name: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly features: readonly string[];
}

const secureUrl = 'http://localhost/';

/** Adapter, main limits and features as the page sees them; WebGpuUnavailableError when there is no adapter. */
export async function describeAdapter(browserPath: string): Promise<AdapterReport> {
  const browser = await chromium.launch({
    executablePath: browserPath,
    headless: false,
    args: [...chromiumFlags],
  });
  try {
    const page = await browser.newPage();
    await page.route(secureUrl, (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto(secureUrl);
    const report = await page.evaluate(async () => {
      const gpu = navigator.gpu as GPU | undefined;
      const adapter = await gpu?.requestAdapter();
      if (!adapter) return null;
      const { vendor, architecture, description } = adapter.info;
      const { limits } = adapter;
      return {
        name: [vendor, architecture, description].filter(Boolean).join(' '),
        limits: {
          maxBufferSize: limits.maxBufferSize,
          maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
          maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
          maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
          maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
        },
        features: [...adapter.features].sort(),
      };
    });
    if (report !== null) return report;
    throw new WebGpuUnavailableError(
      `The browser at ${browserPath} has no WebGPU adapter, not even a software one. Set CHROME_PATH to a current Chrome or Chromium.`,
      { path: browserPath },
    );
  } finally {
    await browser.close();
  }
}
