// `npm run ask` on stored documents without asking: list, delete, export, import. No model is loaded for these.
import { existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { note, userPath, type ProgressBars } from '@longread/command';
import { InvalidInputError } from '@longread/core';
import type { PageWork, Session, StoredDocuments } from '@longread/driver';
import { writeAtomically } from '@longread/models';
import type { StoreCommand } from './ask-options.ts';
import { openFile } from './document-file.ts';
import { findDocument } from './find-document.ts';
import { formatList, listReport } from './list-report.ts';
import { print } from './print.ts';
import { askProfile } from './profile.ts';
import { shown } from './shown.ts';

const importUrl = '/import.longread';

function find(stored: StoredDocuments, named: string) {
  return findDocument([...stored.documents, ...stored.unreadable], named);
}

/** @throws InvalidInputError for a path that is taken, or in no folder */
async function checkTarget(path: string, force: boolean): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory())
    throw new InvalidInputError(`There is no folder ${dirname(path)}. Make it, or name another.`, { path });
  if (!existsSync(path)) return;
  if ((await stat(path)).isDirectory())
    throw new InvalidInputError(`${path} is a folder. Name the file to write in it.`, { path });
  if (!force)
    throw new InvalidInputError(
      `${path} is there already. Use --force to replace it, or name another file.`,
      {
        path,
      },
    );
}

/** Writes beside the file and renames, so that there is a whole one or none. */
async function exportToFile(session: Session, id: string, path: string): Promise<number> {
  let sizeBytes = 0;
  await writeAtomically(path, async (temporary) => {
    const file = await open(temporary, 'wx');
    try {
      sizeBytes = await session.exportTo(id, (bytes) => file.writeFile(bytes));
      await file.sync();
    } finally {
      await file.close();
    }
  });
  return sizeBytes;
}

type Command<K extends StoreCommand['kind']> = Extract<StoreCommand, { readonly kind: K }>;

async function exportDocument(command: Command<'export'>, { session }: PageWork): Promise<void> {
  const found = find(await session.call('stored'), command.named);
  if (command.file === '-') {
    await session.exportTo(found.id, print);
    return;
  }
  const path = userPath(command.file);
  const sizeBytes = await exportToFile(session, found.id, path);
  note(
    `Wrote ${path}, ${sizeBytes.toLocaleString('en-US')} bytes. --import takes it, here or on another machine.`,
  );
}

async function deleteDocument({ named, json }: Command<'delete'>, { session }: PageWork): Promise<void> {
  const stored = await session.call('stored');
  const { id } = find(stored, named);
  await session.call('remove', id);
  const title = stored.documents.find((document) => document.id === id)?.title;
  if (json) await print(`${JSON.stringify({ id, title: title ?? null })}\n`);
  else note(`Deleted ${title === undefined ? '' : `${shown(title)}, `}${id}.`);
}

async function importDocument(
  { json }: Command<'import'>,
  { session, files }: PageWork,
  content: Parameters<typeof files.set>[1],
): Promise<void> {
  files.set(importUrl, content);
  const { id } = await session.call('receive', importUrl);
  const { documents } = await session.call('stored');
  const report = listReport({
    documents: documents.filter((document) => document.id === id),
    unreadable: [],
  });
  await print(json ? `${JSON.stringify(report.documents[0])}\n` : formatList(report));
}

/** Runs the command; throws a typed error. What can be said before a browser starts is. */
export async function runStoreCommand(command: StoreCommand, bars: ProgressBars): Promise<void> {
  const run = { profile: askProfile, onProgress: bars.update };
  const inPage = async (work: (tools: PageWork) => Promise<void>): Promise<void> => {
    const { runInPage } = await import('@longread/driver');
    await runInPage(run, work).finally(bars.stop);
  };
  switch (command.kind) {
    case 'list':
      return inPage(async ({ session }) => {
        const report = listReport(await session.call('stored'));
        await print(command.json ? `${JSON.stringify(report)}\n` : formatList(report));
      });
    case 'delete':
      return inPage((work) => deleteDocument(command, work));
    case 'export':
      if (command.file !== '-') await checkTarget(userPath(command.file), command.force);
      return inPage((work) => exportDocument(command, work));
    case 'import': {
      const { content } = await openFile(command.file);
      return inPage((work) => importDocument(command, work, content));
    }
  }
}
