// `node tools/start.mjs lighthouse`: what Lighthouse finds in the built page, which has to be nothing in accessibility and best practices.
// It is fetched for the run, in the version named here: it is larger than all else that the workspace installs.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromiumFlags, setUpBrowser } from '@longread/browser';
import { cacheFolder, note } from '@longread/command';
import { serveSite } from '@longread/driver';

const lighthouseVersion = '12.8.2';
const categories = ['accessibility', 'best-practices'] as const;

interface Report {
  readonly categories: Readonly<
    Record<
      string,
      {
        readonly score: number | null;
        readonly auditRefs: readonly { readonly id: string; readonly weight: number }[];
      }
    >
  >;
  readonly audits: Readonly<Record<string, { readonly title: string; readonly score: number | null }>>;
}

/** Of Node 20, as the workspace. */
async function run(browserPath: string, url: string, out: string): Promise<void> {
  const flags = chromiumFlags('software').join(' ');
  const args = [
    '--yes',
    `lighthouse@${lighthouseVersion}`,
    url,
    '--quiet',
    '--output=json',
    `--output-path=${out}`,
  ];
  args.push(
    `--only-categories=${categories.join(',')}`,
    `--chrome-flags=${flags}`,
    '--no-enable-error-reporting',
  );
  const env = { ...process.env, CHROME_PATH: browserPath };
  await promisify(execFile)('npx', args, { env, shell: process.platform === 'win32' });
}

/** Runs it on the first view. @throws Error with what is found, where a score is below 100 */
export async function lighthouse(): Promise<void> {
  const browserPath = await setUpBrowser(note);
  const site = await serveSite([], { demo: 'alone' });
  const out = join(cacheFolder, 'reports', 'lighthouse.json');
  mkdirSync(join(cacheFolder, 'reports'), { recursive: true });
  try {
    await run(browserPath, `${site.origin}/`, out);
  } finally {
    await site.close();
  }
  const report = JSON.parse(readFileSync(out, 'utf8')) as Report;
  const found = categories.flatMap((name) => {
    const { score, auditRefs } = report.categories[name] ?? { score: null, auditRefs: [] };
    note(`${name}: ${score === null ? 'none' : Math.round(score * 100)}`);
    if (score === 1) return [];
    const failed = auditRefs.filter(({ id, weight }) => weight > 0 && (report.audits[id]?.score ?? 1) < 1);
    return [`${name}: ${failed.map(({ id }) => report.audits[id]?.title ?? id).join('; ')}`];
  });
  note(`Wrote ${out}`);
  if (found.length > 0) throw new Error(`Lighthouse finds fault with the page.\n${found.join('\n')}`);
}
