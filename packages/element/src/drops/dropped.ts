// What a drop holds: files and folders to read, or the files of a model, which may be in a folder.
import type { Folder, NamedFile } from '@longread/readers';

export interface Dropped {
  /** Files and folders: together they are one document. */
  readonly sources: readonly (File | Folder)[];
  /** All files, when all of them are model files by their names, or when one has weights in safetensors, which others belong to. */
  readonly models: readonly File[];
  /** The files in the folder that was dropped alone, when it may be a model's; none when it is not one's. */
  readonly modelsInFolder: () => Promise<readonly File[]>;
}

/** Must be called in the drop's own event: what was dropped is gone after it. */
export function readDrop({ items, files }: Pick<DataTransfer, 'items' | 'files'>): Dropped {
  // A folder is among the files too, and nothing but its entry tells.
  const entries = Array.from(items)
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry());
  const sources = Array.from(files).map((file, i) => {
    const entry = entries[i];
    return entry?.isDirectory === true ? folderOf(entry as FileSystemDirectoryEntry) : file;
  });
  const plain = sources.filter((source) => source instanceof File);
  const isHub = plain.some(isWeights);
  const isModels = isHub || plain.every(isGguf);
  const [first] = sources;
  return {
    sources,
    models: isHub || (isModels && plain.length === sources.length) ? plain : [],
    modelsInFolder: async () => {
      if (!first || first instanceof File || sources.length > 1) return [];
      const inside = (await first.entries()).filter((entry) => 'open' in entry);
      const isModel = inside.some((file) => isWeights(file) || isGguf(file));
      const opened = isModel ? await Promise.all(inside.map((file) => file.open())) : [];
      return opened.filter((file) => file instanceof File);
    },
  };
}

const isWeights = ({ name }: { readonly name: string }): boolean => name.endsWith('.safetensors');
const isGguf = ({ name }: { readonly name: string }): boolean => /\.gguf$/i.test(name);

function folderOf(folder: FileSystemDirectoryEntry): Folder {
  return { name: folder.name, entries: () => entriesOf(folder) };
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly (NamedFile | Folder)[]> {
  const reader = folder.createReader();
  const all: (NamedFile | Folder)[] = [];
  for (;;) {
    // Browsers give some entries at a time, and none when there are no more.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some.map(entryOf));
  }
}

function entryOf(entry: FileSystemEntry): NamedFile | Folder {
  if (entry.isDirectory) return folderOf(entry as FileSystemDirectoryEntry);
  const open = (): Promise<File> =>
    new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
  return { name: entry.name, open };
}
