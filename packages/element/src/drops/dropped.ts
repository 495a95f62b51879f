// What a drop holds: the file to read, the files of a model, or a folder, which may be a model's and is no document.
import type { Words } from '../words.ts';

export interface Dropped {
  /** The first file; undefined when there is none. */
  readonly file: File | undefined;
  /** All files, without those of folders: together they are one document. */
  readonly files: readonly File[];
  /** All files, when all of them are model files by their names, or when one has weights in safetensors, which others belong to. */
  readonly models: readonly File[];
  /** Name of the first folder. */
  readonly folder: string | undefined;
  /** The files in that folder, without those of its subfolders, when all of it may be a model's; none when it is not one's. */
  readonly modelsInFolder: () => Promise<readonly File[]>;
}

/** Must be called in the drop's own event: what was dropped is gone after it. */
export function readDrop({ items, files }: Pick<DataTransfer, 'items' | 'files'>): Dropped {
  // A folder is among the files too, and nothing but its entry tells.
  const entries = Array.from(items)
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry());
  const folders = entries.filter((entry) => entry?.isDirectory === true);
  const plain = Array.from(files).filter((_, i) => entries[i]?.isDirectory !== true);
  const isHub = plain.some(isWeights);
  const isModels = isHub || (folders.length === 0 && plain.every(({ name }) => /\.gguf$/i.test(name)));
  const [folder] = folders;
  return {
    file: plain[0],
    files: plain,
    models: isModels ? plain : [],
    folder: folder?.name,
    modelsInFolder: async () => {
      const files = folder?.isDirectory === true ? await filesIn(folder as FileSystemDirectoryEntry) : [];
      return files.some((file) => isWeights(file) || /\.gguf$/i.test(file.name)) ? files : [];
    },
  };
}

const isWeights = ({ name }: File): boolean => name.endsWith('.safetensors');

async function filesIn(folder: FileSystemDirectoryEntry): Promise<readonly File[]> {
  const reader = folder.createReader();
  const files: File[] = [];
  for (;;) {
    // Browsers give some entries at a time, and none when there are no more.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return files;
    for (const entry of entries.filter(({ isFile }) => isFile))
      files.push(
        await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
      );
  }
}

/** What the reader is told about a drop of which not all is read; empty when all is. */
export function explainDrop({ files, folder }: Dropped, words: Words): string {
  if (files.length === 0)
    return folder === undefined ? words.say('droppedNothing') : words.say('droppedFolder', { folder });
  return folder === undefined
    ? ''
    : words.say('droppedMore', { name: files.map(({ name }) => name).join(', ') });
}
