// Whether a model can be loaded on a device: said from its header, before weights are fetched, hashed or uploaded.
import { OutOfMemoryError, type ReadSettings } from '@longread/core';
import type { ModelHeader } from '@longread/formats';
import type { Gpu } from '@longread/gpu';
import {
  calibrationIn,
  checkMemory,
  checkReadSettings,
  defaultReadSettings,
  documentMemory,
  engineMemory,
  firstKeys,
  guessedCalibration,
  planMemory,
  readingMemory,
  recorderMemory,
  usualDecodeMemory,
  type AttentionKind,
  type Calibration,
  type MemoryItem,
  type MemoryPlan,
} from '@longread/planner';
import { checkModelShapes } from '../kernels/model-shapes.ts';

/** What is asked for at a time: less than a model's largest matrix, which a device may have no room for in one piece. */
const pieceBytes = 64 * 1024 * 1024;

export interface LoadPlan {
  /** Of the model, what all documents share, a document that is read, and a question by default. */
  readonly memory: MemoryPlan;
  readonly settings: ReadSettings;
  /** The same with other heads. @throws InvalidInputError | LimitExceededError */
  readonly settingsOf: (calibration: Calibration) => ReadSettings;
  /** Keys that there is room for from the load on. */
  readonly maxKeys: number;
  /**
   * GPU memory of the model and what all documents share, with room for passes over so many keys; with attention of the kind that takes
   * most, unless it is chosen.
   */
  readonly heldFor: (numKeys: number, attention?: AttentionKind) => readonly MemoryItem[];
}

/**
 * @param calibration what it is read with; other heads take about as much.
 * @throws LimitExceededError | InvalidInputError | ModelFormatError (a size that no kernel does)
 */
export function planLoad(
  gpu: Gpu,
  header: LoadHeader,
  read: Partial<ReadSettings> | undefined,
  calibration?: Calibration,
): LoadPlan {
  const plan = loadPlan(gpu.recorder.ownBytes, header, read, calibration);
  checkMemory(plan.memory, gpu.facts);
  return plan;
}

type LoadHeader = Pick<ModelHeader, 'config' | 'sizeKeys' | 'tensors'>;

/**
 * The same without a device to hold it to.
 * @throws InvalidInputError | ModelFormatError (a size that no kernel does)
 */
export function loadPlan(
  recorderBytes: number,
  header: LoadHeader,
  read: Partial<ReadSettings> | undefined,
  calibration = calibrationIn(guessedCalibration(header.config), 'read'),
): LoadPlan {
  const { config, tensors } = header;
  checkModelShapes(header);
  const settingsOf = (of: Calibration): ReadSettings => {
    const settings = { ...defaultReadSettings(config, of), ...read };
    checkReadSettings(settings, config);
    return settings;
  };
  const settings = settingsOf(calibration);
  const layouts = tensors.map(({ layout }) => layout);
  const maxKeys = firstKeys(config, settings);
  const heldFor = (numKeys: number, attention?: AttentionKind) => [
    ...engineMemory(config, layouts, settings, numKeys, attention),
    recorderMemory(recorderBytes),
  ];
  const toCome = [
    documentMemory(config, settings, 1),
    readingMemory(config, settings),
    usualDecodeMemory(config),
  ];
  const memory = planMemory([...heldFor(maxKeys), ...toCome]);
  return { memory, settings, settingsOf, maxKeys, heldFor };
}

/**
 * Plans the load, and asks the device for as much memory as that needs, which it gets back at once: WebGPU tells of no other way how
 * much there is.
 * @throws OutOfMemoryError | what {@link planLoad} throws
 */
export async function checkLoad(
  gpu: Gpu,
  header: ModelHeader,
  read: Partial<ReadSettings> | undefined,
): Promise<void> {
  const { heldFor, maxKeys } = planLoad(gpu, header, read);
  const { totalBytes, items } = planMemory(heldFor(maxKeys));
  const owner = gpu.owner('room for the model');
  try {
    for (let bytes = totalBytes; bytes > 0; bytes -= pieceBytes)
      owner.storage('piece', Math.min(bytes, pieceBytes));
    await owner.settled();
  } catch (error) {
    if (!(error instanceof OutOfMemoryError)) throw error;
    const isWide = header.tensors.some(({ layout }) => layout.format === 'f16');
    const narrower = isWide ? ", quantise it with weights: 'int8' or 'int4'" : '';
    const parts = items.map(({ name, bytes }) => `${name} ${megabytes(bytes)}`).join(', ');
    throw new OutOfMemoryError(
      `${header.config.name} needs ${megabytes(totalBytes)} MB of GPU memory (${parts}), which this device has not. ` +
        `Choose a smaller model or a file with fewer bits a weight${narrower}, or close other pages that use the GPU.`,
      { need: totalBytes },
      { cause: error.cause },
    );
  } finally {
    owner.dispose();
  }
}

function megabytes(bytes: number): string {
  return String(Math.ceil(bytes / 1e6));
}
