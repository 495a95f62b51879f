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
  /** What the device lacks for a skipped case. */
  readonly elsewhere?: readonly string[];
  /** A skipped case that the run did not ask for. */
  readonly leftOut?: true;
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
  /** Cases skipped since the device lacks what their kernels need. */
  readonly casesElsewhere: number;
  /** Cases that a run of some kernels only did not ask for. */
  readonly casesLeftOut: number;
}

/**
 * Reads Vitest's JSON report; undefined when the lane's own case is not in it. With `onlyFeature` the run asked for kernels that need
 * it, and no others are missed.
 */
export function readLane(json: string, onlyFeature?: string): Lane | undefined {
  const { testResults } = JSON.parse(json) as LaneReport;
  const cases = testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = cases.filter(({ status }) => status === 'passed').map(({ meta }) => meta);
  const skipped = cases.filter(({ status }) => status === 'skipped').map(({ meta }) => meta);
  const lane = passed.find((meta) => meta.lane !== undefined)?.lane;
  if (lane === undefined) return undefined;
  const ran = new Set(passed.flatMap(({ kernels = [] }) => kernels));
  return {
    adapter: lane.adapter,
    features: lane.features,
    ran: [...ran].sort(),
    missing: lane.kernels
      .filter(({ name, needs, canRun }) => canRun && !ran.has(name) && isAskedFor(needs, onlyFeature))
      .map(({ name }) => name),
    elsewhere: lane.kernels
      .filter(({ canRun }) => !canRun)
      .map(({ name, needs }) => `${name} (${needs.join(', ')})`),
    casesElsewhere: skipped.filter(({ elsewhere = [] }) => elsewhere.length > 0).length,
    casesLeftOut: skipped.filter(({ leftOut }) => leftOut).length,
  };
}

const isAskedFor = (needs: readonly string[], onlyFeature: string | undefined): boolean =>
  onlyFeature === undefined || needs.includes(onlyFeature);

/** The lane in a few lines for the log. */
export function formatLane(name: string, lane: Lane): string {
  const { adapter, features, ran, missing, elsewhere, casesElsewhere, casesLeftOut } = lane;
  const lines = [
    `lane       ${name}: ${adapter}; ${features.join(', ') || 'no optional features'}`,
    `kernels    ${ran.length} ran: ${ran.join(', ')}`,
    ...(elsewhere.length > 0
      ? [`elsewhere  not on this device: ${elsewhere.join(', ')}; ${casesElsewhere} cases`]
      : []),
    ...(casesLeftOut > 0 ? [`left out   ${casesLeftOut} cases that this run did not ask for`] : []),
    ...(missing.length > 0 ? [`missing    no passed case ran: ${missing.join(', ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
