// `npm run build`: the page that people open and the packages, into dist/.
import { join } from 'node:path';
import { note, parse, rootFolder, UsageError } from '@longread/command';
import { build as buildVite } from 'vite';
import { buildPackages } from './packages.ts';

const parts: Readonly<Record<string, () => Promise<void>>> = {
  page: async () => {
    await buildVite({
      configFile: join(rootFolder, 'vite.page.config.ts'),
      root: join(rootFolder, 'apps', 'demo'),
    });
  },
  packages: async () => {
    const outDir = join(rootFolder, 'dist', 'packages');
    await buildPackages(outDir);
    note(`The packages longread and @longread/element are in ${outDir}; npm pack makes files of them.`);
  },
};

const usage = `Usage: npm run build -- [PART...]
Builds the page that people open into dist/page and the packages that install into dist/packages, or the named part only: ${Object.keys(parts).join(', ')}.
  --help   print this`;

/** Runs the command. */
export async function build(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(usage, {
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const unknown = positionals.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) throw new UsageError(`There is no part '${unknown}'.`, usage);
  for (const [name, run] of Object.entries(parts))
    if (positionals.length === 0 || positionals.includes(name)) await run();
}
