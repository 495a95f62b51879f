// One lane of the kernel tests, from its report: the device, the kernels that ran on it, and those that should have and did not.

/** What `shaders/lane.gpu.test.ts` and `useGpu` leave in a report. */
interface LaneMeta {
  readonly lane?: {
    readonly adapter: string;
    readonly features: readonly string[];
    readonly kernels: readonly {
      readonly name: string;
      readonly needs: readonly string[];
      readonly canRun: boolean;
    }[];
  };
  readonly kernels?: readonly string[];
}

interface LaneReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly meta: LaneMeta }[];
  }[];
}

export interface Lane {
  readonly adapter: string;
  readonly features: readonly string[];
  /** Kernels that passed a case on the lane's device. */
  readonly ran: readonly string[];
  /** Kernels that the device can run and no passed case did: the lane's failure. */
  readonly missing: readonly string[];
  /** Kernels that the device cannot run, with what they need: another lane's work. */
  readonly elsewhere: readonly string[];
}

/** Reads Vitest's JSON report; undefined when the lane's own case is not in it. */
export function readLane(json: string): Lane | undefined {
  const { testResults } = JSON.parse(json) as LaneReport;
  const passed = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'passed').map(({ meta }) => meta),
  );
  const lane = passed.find((meta) => meta.lane !== undefined)?.lane;
  if (lane === undefined) return undefined;
  const ran = new Set(passed.flatMap(({ kernels = [] }) => kernels));
  return {
    adapter: lane.adapter,
    features: lane.features,
    ran: [...ran].sort(),
    missing: lane.kernels.filter(({ name, canRun }) => canRun && !ran.has(name)).map(({ name }) => name),
    elsewhere: lane.kernels
      .filter(({ canRun }) => !canRun)
      .map(({ name, needs }) => `${name} (${needs.join(', ')})`),
  };
}

/** The lane in a few lines for the log. */
export function formatLane(name: string, { adapter, features, ran, missing, elsewhere }: Lane): string {
  const lines = [
    `lane       ${name}: ${adapter}; ${features.join(', ') || 'no optional features'}`,
    `kernels    ${ran.length} ran: ${ran.join(', ')}`,
    ...(elsewhere.length > 0 ? [`elsewhere  not on this device: ${elsewhere.join(', ')}`] : []),
    ...(missing.length > 0 ? [`missing    no passed case ran: ${missing.join(', ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
