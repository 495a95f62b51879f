// What a project of GPU tests ran on: the device, the kernels that ran there, and those that should have and did not.

/** What a passed case tells of itself: `shaders/lane.gpu.test.ts` tells the device, `useGpu` the kernels. */
export interface CaseMeta {
  readonly lane?: {
    readonly adapter: string;
    readonly limits: Readonly<Record<string, number>>;
    readonly features: readonly string[];
    readonly kernels: readonly {
      readonly name: string;
      readonly needs: readonly string[];
      readonly canRun: boolean;
    }[];
  };
  readonly kernels?: readonly string[];
}

/** What a skipped case tells: why it is neither passed nor failed here. */
export interface SkippedMeta {
  /** Features of its kernels that the device lacks: it is another device's case. */
  readonly elsewhere?: readonly string[];
  /** The run asked for kernels with one feature, and its kernel has it not. */
  readonly leftOut?: true;
}

/** Cases that were skipped for a reason that they told. */
export interface Explained {
  readonly elsewhere: number;
  readonly leftOut: number;
}

export function explainedOf(skipped: readonly SkippedMeta[]): Explained {
  return {
    elsewhere: skipped.filter(({ elsewhere = [] }) => elsewhere.length > 0).length,
    leftOut: skipped.filter(({ leftOut }) => leftOut).length,
  };
}

export interface Device {
  readonly adapter: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly features: readonly string[];
  /** Kernels that passed a case on the device. */
  readonly ran: readonly string[];
  /** Kernels that the device can run and no passed case did. */
  readonly missing: readonly string[];
  /** Kernels that the device cannot run, with what they need: another device's work. */
  readonly elsewhere: readonly string[];
}

/**
 * Puts together what passed cases told; undefined when the device's own case is not among them. In a run of kernels with
 * `onlyFeature` no others are missing.
 */
export function deviceOf(passed: readonly CaseMeta[], onlyFeature?: string): Device | undefined {
  const lane = passed.find((meta) => meta.lane !== undefined)?.lane;
  if (lane === undefined) return undefined;
  const { adapter, limits, features, kernels } = lane;
  const isAskedFor = (needs: readonly string[]) => onlyFeature === undefined || needs.includes(onlyFeature);
  const ran = new Set(passed.flatMap(({ kernels: names = [] }) => names));
  return {
    adapter,
    limits,
    features,
    ran: [...ran].sort(),
    missing: kernels
      .filter(({ name, needs, canRun }) => canRun && !ran.has(name) && isAskedFor(needs))
      .map(({ name }) => name),
    elsewhere: kernels
      .filter(({ canRun }) => !canRun)
      .map(({ name, needs }) => `${name} (${needs.join(', ')})`),
  };
}

/** The device in a few lines for the log. */
export function formatDevice({ adapter, limits, features }: Device): string {
  const sizes = Object.entries(limits).map(([name, value]) => `${name} ${value}`);
  const lines = [
    `adapter    ${adapter}`,
    `limits     ${sizes.join(', ')}`,
    `features   ${features.join(', ') || 'none that kernels can use'}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Which kernels a whole run left out, and why. */
export function formatKernels({ ran, missing, elsewhere }: Device, explained?: Explained): string {
  const cases = explained === undefined ? '' : `; ${explained.elsewhere} cases`;
  const lines = [
    `kernels    ${ran.length} ran: ${ran.join(', ')}`,
    ...(elsewhere.length > 0 ? [`elsewhere  not on this device: ${elsewhere.join(', ')}${cases}`] : []),
    ...(explained !== undefined && explained.leftOut > 0
      ? [`left out   ${explained.leftOut} cases that this run did not ask for`]
      : []),
    ...(missing.length > 0 ? [`missing    no passed case ran: ${missing.join(', ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a whole run of a project must have done at least. */
export interface Minimum {
  readonly cases: number;
  /** Every kernel that the device can run has a case that passed. */
  readonly allKernels: boolean;
}

export interface Run {
  /** Passed cases, and skipped ones that told why. */
  readonly passed: number;
  /** Cases that must pass at least; undefined when not all of the project's files were run. */
  readonly minimum: Minimum | undefined;
  readonly device: Device | undefined;
}

/** What is wrong with a run whose cases all passed: a test that did not run is not green. */
export function faultsOf({ passed, minimum, device }: Run): readonly string[] {
  if (minimum === undefined) return [];
  const { cases, allKernels } = minimum;
  const faults: string[] = [];
  if (allKernels && device === undefined) faults.push('No passed case told which device it ran on.');
  if (allKernels && device !== undefined && device.missing.length > 0)
    faults.push(`Kernels without a passed case: ${device.missing.join(', ')}.`);
  if (passed < cases) faults.push(`Only ${passed} cases passed; at least ${cases} must.`);
  return faults;
}
