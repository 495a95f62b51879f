// Opens a model in safetensors: what config.json, the tokenizer's files and the headers say is read and validated; weights stream later.
// It gives what a GGUF file gives.
import { invariant, ModelFormatError } from '@longread/core';
import type { ModelFile } from '../gguf.ts';
import { readRows } from '../repack/read-rows.ts';
import type { TokenizerDefinition } from '../tokenizer-definition.ts';
import { readConfig } from './config.ts';
import { chooseNames, filesOf, indexName, missingFile, readWeightMap, weightsWithoutIndex } from './files.ts';
import { readTensorEntries } from './header.ts';
import { readJson, readText, type NamedSource } from './json-file.ts';
import { headName, placeTensors, type FoundTensor } from './tensors.ts';
import { readTokenizer } from './tokenizer.ts';

/**
 * Which of some files are the model, in the order that its SHA-256 is of: config.json, tokenizer.json, tokenizer_config.json,
 * generation_config.json, chat_template.jinja, as far as they are there, then the weights by name. The index is not among them: it says
 * which files count, and nothing that is computed. Throws ModelFormatError naming what is missing.
 */
export async function orderSafetensors(files: readonly NamedSource[]): Promise<readonly string[]> {
  const { sides, index, weights } = chooseNames(files.map(({ name }) => name));
  if (index === undefined) return [...sides, ...weightsWithoutIndex(weights)];
  const named = await readIndex(fileNamed(files, indexName));
  const missing = named.find((name) => !weights.includes(name));
  if (missing !== undefined) throw missingFile(missing);
  return [...sides, ...named];
}

function fileNamed(files: readonly NamedSource[], name: string): NamedSource {
  const file = files.find((each) => each.name === name);
  if (file === undefined) throw missingFile(name);
  return file;
}

/**
 * Opens the files that {@link orderSafetensors} names, and the index where there is one, of a model type in model-types.ts, with weights in
 * F32, F16 or BF16. Throws ModelFormatError naming file, key or tensor for anything else.
 */
export async function openSafetensors(files: readonly NamedSource[]): Promise<ModelFile> {
  const { config: ofJson, sizeKeys, type } = readConfig(await readJson(fileNamed(files, 'config.json')));
  const tensors = await findTensors(files);
  // A head that is there counts, whatever is said of ties: where they are tied, it is the same once more.
  const config = { ...ofJson, tiedEmbeddings: ofJson.tiedEmbeddings && !tensors.has(headName) };
  const placed = placeTensors(tensors, type, config);
  const tokenizer = await openHubTokenizer(files);
  const byName = new Map(placed.map((tensor) => [tensor.name, tensor]));
  const buffers = { quants: new Uint32Array(), scales: new Uint32Array() };
  return {
    config,
    sizeKeys,
    tensors: placed.map(({ id, layout, name }) => ({ id, layout, name })),
    tokenizer,
    readRows(tensor, maxBytes) {
      const stored = byName.get(tensor.name);
      invariant(stored !== undefined, `readRows of "${tensor.name}", which is not a tensor of this model`);
      return readRows(stored.source, stored, maxBytes, buffers);
    },
  };
}

/** The same without a look at weights, which need not be there. Throws ModelFormatError naming file or key. */
export async function openHubTokenizer(files: readonly NamedSource[]): Promise<TokenizerDefinition> {
  const optional = (name: string) => files.find((file) => file.name === name);
  const jsonOf = async (name: string) => {
    const file = optional(name);
    return file && readJson(file);
  };
  const json = await readJson(fileNamed(files, 'config.json'));
  const template = optional('chat_template.jinja');
  return readTokenizer(
    {
      config: json,
      tokenizer: await readText(fileNamed(files, 'tokenizer.json')),
      tokenizerConfig: await jsonOf('tokenizer_config.json'),
      generationConfig: await jsonOf('generation_config.json'),
      chatTemplate: template && (await readText(template)),
    },
    readConfig(json).config.vocabSize,
  );
}

/** Refuses what config.json says does not run, before anything else is read. Throws ModelFormatError naming the key. */
export async function checkConfig(file: NamedSource): Promise<void> {
  readConfig(await readJson(file));
}

/** The files of weights that an index names, in order. Throws ModelFormatError when it is none. */
export async function readIndex(file: NamedSource): Promise<readonly string[]> {
  return filesOf(readWeightMap(await readJson(file)));
}

/** The tensors of all files of weights. Throws ModelFormatError when one is in two, or not where the index says. */
async function findTensors(files: readonly NamedSource[]): Promise<ReadonlyMap<string, FoundTensor>> {
  const found = new Map<string, FoundTensor>();
  for (const { name: file, source } of files.filter(({ name }) => name.endsWith('.safetensors'))) {
    for (const entry of await readTensorEntries({ name: file, source })) {
      const twin = found.get(entry.name);
      if (twin !== undefined)
        throw new ModelFormatError(
          `Tensor "${entry.name.slice(0, 80)}" is in ${twin.file} and in ${file}: the files are not of one model.`,
          { tensor: entry.name.slice(0, 80) },
        );
      found.set(entry.name, { ...entry, file, source });
    }
  }
  const index = files.find(({ name }) => name === indexName);
  if (index === undefined) return found;
  for (const [tensor, file] of readWeightMap(await readJson(index))) {
    if (found.get(tensor)?.file === file) continue;
    throw new ModelFormatError(
      `Tensor "${tensor.slice(0, 80)}" is not in ${file}, where ${indexName} says it is: the files are not of one model.`,
      { tensor: tensor.slice(0, 80), file },
    );
  }
  return found;
}
