// `node tools/start.mjs reference`: the API reference of `longread` and `@longread/element`, made of their docstrings.
import { join } from 'node:path';
import { cacheFolder, note, rootFolder } from '@longread/command';
import { Application } from 'typedoc';

const out = join(cacheFolder, 'reference');

/** The public entries: what they export is the reference. */
const entries = ['packages/engine/src/index.ts', 'packages/element/src/index.ts'];

/** Writes the reference; a parameter that there is not, or a link that leads nowhere, fails it. */
export async function reference(): Promise<void> {
  const app = await Application.bootstrap({
    name: 'Longread',
    entryPoints: entries.map((entry) => join(rootFolder, entry)),
    tsconfig: join(rootFolder, 'tsconfig.page.json'),
    readme: 'none',
    disableSources: true,
    excludeExternals: true,
    excludePrivate: true,
    skipErrorChecking: true, // tools/types.mjs checks
    validation: { notExported: true, invalidLink: true, rewrittenLink: true },
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('typedoc could not read the packages');
  app.validate(project);
  await app.generateDocs(project, out);
  const faults = app.logger.warningCount + app.logger.errorCount;
  if (faults > 0) throw new Error(`The reference has ${faults} faults, named above.`);
  note(`Wrote ${join(out, 'index.html')}`);
}
