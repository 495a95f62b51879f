// What was measured for a calibration, a line of JSON a sample: written as it comes, read again by a run that goes on.
import { InvalidInputError } from '@longread/core';
import type { HeadMeasurement } from 'longread';
import { addJsonLine, readLines } from '../command/results/json-lines.ts';

/** Every head by itself; the best together; what is to follow what these find; what was chosen on other prose. */
export type Step = 'heads' | 'sets' | 'follow' | 'check';

export interface SampleRecord extends HeadMeasurement {
  readonly step: Step;
  /** The sample's id, which tells its length and seed. */
  readonly sample: string;
  readonly seconds: number;
  readonly modelSha256: string;
  readonly adapter: string;
  readonly commit: string;
  readonly date: string;
}

/** What makes two records the same. */
export function keyOf({ step, sample, sets }: Pick<SampleRecord, 'step' | 'sample' | 'sets'>): string {
  return [step, sample, sets.map((heads) => heads.join(' ')).join(',')].join('|');
}

/**
 * All records of a file; none where it is absent. A last line that was cut is dropped.
 * @throws InvalidInputError for a line that is no record, or one of another model
 */
export async function readRecords(path: string, modelSha256: string): Promise<SampleRecord[]> {
  const lines = await readLines(path);
  return lines.flatMap((line, i) => (line === '' ? [] : [parseRecord(line, path, i + 1, modelSha256)]));
}

function parseRecord(line: string, path: string, number: number, modelSha256: string): SampleRecord {
  const record = parsed(line);
  if (typeof record?.step !== 'string' || !Array.isArray(record.questions) || !Array.isArray(record.followed))
    throw new InvalidInputError(
      `Line ${number} of ${path} is no sample of a calibration. Name another file with --out, or delete this one.`,
      { line: number },
    );
  if (record.modelSha256 !== modelSha256)
    throw new InvalidInputError(
      `${path} is of another model (SHA-256 ${String(record.modelSha256)}). Name another file with --out.`,
      { line: number },
    );
  return record as SampleRecord;
}

function parsed(line: string): Partial<SampleRecord> | undefined {
  try {
    return JSON.parse(line) as Partial<SampleRecord>;
  } catch {
    return undefined;
  }
}

export const addRecord: (path: string, record: SampleRecord) => Promise<void> = addJsonLine;
