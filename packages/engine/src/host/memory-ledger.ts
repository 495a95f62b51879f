// Plans an operation's GPU memory before it starts, refuses what exceeds the device's limits, and reports the plan beside what it took.
import type { Gpu } from '@longread/gpu';
import { checkMemory, planMemory, type MemoryItem } from '@longread/planner';
import type { MemoryStats } from '../api.ts';

export interface MemoryLedger {
  /**
   * Runs `work`, which is planned to need, phase after phase, some items beside what is held already.
   * @throws LimitExceededError before `work` starts, naming the item and what to change
   */
  measure<T>(
    phases: readonly (readonly MemoryItem[])[],
    work: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly memory: MemoryStats }>;
}

/** @param held what the engine holds at the moment: its model, its open documents. */
export function createMemoryLedger(gpu: Gpu, held: () => readonly MemoryItem[]): MemoryLedger {
  return {
    measure: async (phases, work) => {
      const plans = phases.map((items) => planMemory([...held(), ...items]));
      plans.forEach((each) => checkMemory(each, gpu.facts));
      const plan = plans.reduce((most, each) => (each.totalBytes > most.totalBytes ? each : most));
      gpu.takePeak();
      const value = await work();
      const memory = {
        plannedBytes: plan.totalBytes,
        peakBytes: gpu.takePeak(),
        items: plan.items.map(({ name, bytes }) => ({ name, bytes })),
      };
      return { value, memory };
    },
  };
}
