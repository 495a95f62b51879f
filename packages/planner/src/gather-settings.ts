// Settings of one question: defaults that fit the model's window, and the check of what a caller set.
import type { Calibration } from './calibration.ts';
import {
  checkInteger,
  InvalidInputError,
  LimitExceededError,
  scorings,
  type GatherSettings,
  type ModelConfig,
} from '@longread/core';

const wantedGatherSize = 1024;

/** The kernel takes the windows of four neighbouring tokens together. */
const minLateWindow = 5;

/**
 * Defaults (design 3.4, findings): 1,024 tokens, cut to what the window leaves, with ends of an eighth of it up to 64. In two hops,
 * but in one by late interaction, where only what stands out is followed: else a second hop costs more answers in prose than it finds
 * in chains (docs/method.md).
 *
 * @param numReserved tokens of the window that template, question and answer need.
 * @param gatherSize tokens wanted instead of 1,024.
 * @param calibration how tokens are scored: as the model's calibration says.
 * @throws LimitExceededError when `numReserved` leaves no room.
 */
export function defaultGather(
  config: ModelConfig,
  numReserved: number,
  gatherSize: number = wantedGatherSize,
  { scoring, lateHeads }: Pick<Calibration, 'scoring' | 'lateHeads'> = { scoring: 'standardised' },
): GatherSettings {
  const room = config.contextLength - numReserved;
  if (room < 1) throw noRoom(config, numReserved);
  const size = Math.min(gatherSize, room);
  return {
    gatherSize: size,
    smoothWindow: 33,
    keepEnds: Math.min(64, Math.floor(size / 8)),
    scoring,
    wholeSentences: true,
    followFrom: 7,
    lateHeads,
    hops: scoring === 'late-interaction' ? 1 : 2,
    peaks: 3,
    peakSpan: 12,
    rarePlaces: 8,
    bestLast: true,
  };
}

/**
 * Checks a caller's gather settings.
 *
 * @param numReserved tokens of the window that template, question and answer need.
 * @throws InvalidInputError for a value out of range, LimitExceededError when the window cannot hold `gatherSize`.
 */
export function checkGatherSettings(settings: GatherSettings, config: ModelConfig, numReserved = 0): void {
  const { gatherSize, smoothWindow, keepEnds, scoring } = settings;
  checkInteger('gatherSize', gatherSize, 1, Infinity);
  checkInteger('smoothWindow', smoothWindow, 1, Infinity);
  checkInteger('keepEnds', keepEnds, 0, Infinity);
  checkInteger('hops', settings.hops, 1, gatherSize);
  checkInteger('peaks', settings.peaks, 1, Infinity);
  checkInteger('peakSpan', settings.peakSpan, 0, Infinity);
  checkInteger('rarePlaces', settings.rarePlaces, 0, Infinity);
  if (smoothWindow % 2 === 0) {
    throw new InvalidInputError(
      `smoothWindow is ${smoothWindow}. The window is centred: set it to an odd number, such as ${smoothWindow + 1}.`,
      { setting: 'smoothWindow', value: smoothWindow },
    );
  }
  if (2 * keepEnds > gatherSize) {
    throw new InvalidInputError(
      `keepEnds is ${keepEnds}: both ends together exceed gatherSize ${gatherSize}. Set keepEnds to at most ${Math.floor(gatherSize / 2)}.`,
      { setting: 'keepEnds', value: keepEnds, limit: Math.floor(gatherSize / 2) },
    );
  }
  // Callers may come from untyped code, where any string arrives here.
  if (!scorings.includes(scoring)) {
    throw new InvalidInputError(`scoring is '${scoring}'. Set it to one of ${scorings.join(', ')}.`, {
      scoring,
    });
  }
  if (scoring === 'late-interaction' && smoothWindow < minLateWindow) {
    throw new InvalidInputError(
      `smoothWindow is ${smoothWindow}, but late interaction looks at windows of ${minLateWindow} tokens or more. Set it to an odd number from there on.`,
      { setting: 'smoothWindow', value: smoothWindow, limit: minLateWindow },
    );
  }
  if (!(settings.followFrom >= 0)) {
    throw new InvalidInputError(
      `followFrom is ${settings.followFrom}. Set it to a number of at least 0, or to Infinity to follow nothing.`,
      { setting: 'followFrom', value: settings.followFrom, limit: 0 },
    );
  }
  if (settings.lateHeads !== undefined) {
    checkInteger('lateHeads.first', settings.lateHeads.first, 0, Infinity);
    checkInteger('lateHeads.count', settings.lateHeads.count, 1, Infinity);
  }
  const room = config.contextLength - numReserved;
  if (room < 1) throw noRoom(config, numReserved);
  if (gatherSize > room) {
    throw new LimitExceededError(
      `gatherSize is ${gatherSize}, but ${config.name}'s window of ${config.contextLength} tokens has room for ${room} beside the ${numReserved} of template, question and answer. Set gatherSize to at most ${room}, or lower maxNewTokens.`,
      { setting: 'gatherSize', value: gatherSize, limit: room },
    );
  }
}

function noRoom(config: ModelConfig, numReserved: number): LimitExceededError {
  return new LimitExceededError(
    `Template, question and answer need ${numReserved} tokens and fill ${config.name}'s window of ${config.contextLength}: nothing is left for the document. Shorten the question or lower maxNewTokens.`,
    { need: numReserved, limit: config.contextLength },
  );
}
