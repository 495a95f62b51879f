// How stored documents were read, which can be asked as one, and why the others cannot be among them. Pure.
import type { DocumentManifest, EngineInfo } from 'longread';

type Presets = EngineInfo['presets'];
export type Preset = Presets[number];

/** Documents that were read alike, two at least. */
export interface Group {
  /** What they were read in; of presets that read alike the first. */
  readonly preset: Preset;
  readonly documents: readonly DocumentManifest[];
}

/** The preset that a document was read in; undefined where it was read by another model, or with other settings. */
export function presetOf(
  { fingerprint }: Pick<DocumentManifest, 'fingerprint'>,
  { presets, calibration }: Pick<EngineInfo, 'presets' | 'calibration'>,
): Preset | undefined {
  const alike = presets.filter((preset) => preset.fingerprint === fingerprint);
  // Of presets that read alike the one that people know here.
  return alike.find(({ name }) => name === calibration.preset) ?? alike[0];
}

/** Those that differ, the shallowest first. */
export function distinctPresets(info: Pick<EngineInfo, 'presets' | 'calibration'>): readonly Preset[] {
  const fingerprints = [...new Set(info.presets.map(({ fingerprint }) => fingerprint))];
  return fingerprints.flatMap((fingerprint) => presetOf({ fingerprint }, info) ?? []);
}

/** Those that read a document through more layers than it was read. */
export function deeperPresets(manifest: DocumentManifest, info: EngineInfo): readonly Preset[] {
  const own = presetOf(manifest, info);
  return own ? distinctPresets(info).filter(({ exitLayer }) => exitLayer > own.exitLayer) : [];
}

const isWhole = ({ state, numTokens }: DocumentManifest): boolean => state === 'ready' && numTokens > 0;

/** Those of the engine's own preset first. */
export function groupsOf(documents: readonly DocumentManifest[], info: EngineInfo): readonly Group[] {
  const whole = documents.filter(isWhole);
  const { calibration } = info;
  return distinctPresets(info)
    .flatMap((preset) => {
      const alike = whole.filter(({ fingerprint }) => fingerprint === preset.fingerprint);
      return alike.length > 1 ? [{ preset, documents: alike }] : [];
    })
    .sort(
      (a, b) => Number(b.preset.name === calibration.preset) - Number(a.preset.name === calibration.preset),
    );
}

/** Why a stored document is not among those that are asked together. */
export type LeftOut = 'notWhole' | 'otherModel' | 'otherPreset' | 'cameLater';

/** @param fingerprint of those that are asked together. */
export function whyLeftOut(manifest: DocumentManifest, fingerprint: string, info: EngineInfo): LeftOut {
  if (!presetOf(manifest, info)) return 'otherModel';
  if (!isWhole(manifest)) return 'notWhole';
  return manifest.fingerprint === fingerprint ? 'cameLater' : 'otherPreset';
}
