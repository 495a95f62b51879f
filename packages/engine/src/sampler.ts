// Draws a token from the logits on the device: by as many workgroups as the vocabulary has chunks where nothing restricts the draw, else
// by one that holds all of it.
import type { BufferOwner, Gpu } from '@longread/gpu';
import type { ResolvedSampling } from '@longread/planner';
import { chunksOf, sample, sampleBest, sampleChunks } from '@longread/shaders';

/** The kernels of a draw; a workgroup holds at most 64 lanes. @throws ShaderCompileError */
export async function compileSampler({ kernels, facts }: Gpu) {
  const overrides = { WORKGROUP_SIZE: Math.min(64, facts.subgroupSize) };
  const [alone, chunks, best] = await Promise.all([
    kernels.get(sample.bodies.plain, overrides),
    kernels.get(sampleChunks.bodies.plain, overrides),
    kernels.get(sampleBest.bodies.plain, overrides),
  ]);
  return { alone, chunks, best };
}

/** Records: token <- drawn from the logits, those of the first `historySize` ids of the history penalised. */
export type Draw = (step: number, historySize: number) => void;

/** Allocates what a draw needs besides; `owner` is yet to settle. @throws ShaderCompileError */
export async function createDraw(
  gpu: Gpu,
  owner: BufferOwner,
  { logits, history, token }: Readonly<Record<'logits' | 'history' | 'token', GPUBuffer>>,
  vocabSize: number,
  sampling: ResolvedSampling,
): Promise<Draw> {
  const { recorder } = gpu;
  const { alone, chunks, best } = await compileSampler(gpu);
  const { temperature, topK, topP, minP, seed } = sampling;
  const common = { vocab_size: vocabSize, temperature, repetition_penalty: sampling.repetitionPenalty, seed };
  const isRestricted = temperature > 0 && ((topK > 0 && topK < vocabSize) || topP < 1 || minP > 0);
  if (isRestricted)
    return (step, historySize) =>
      recorder.dispatch(
        alone,
        { logits, history, token },
        { ...common, history_size: historySize, top_k: topK, top_p: topP, min_p: minP, step },
      );
  const numChunks = chunksOf(vocabSize);
  const candidates = owner.storage('candidates', 16 * numChunks);
  return (step, historySize) => {
    recorder.dispatch(
      chunks,
      { logits, history, candidates },
      { ...common, history_size: historySize, step },
    );
    recorder.dispatch(best, { candidates, token }, { num_chunks: numChunks, temperature });
  };
}
