/** A rule as a client gives it: text or pql/json. */
import type { PqlFormat } from '@kindred/pql';
import { readQuery } from '@kindred/pql';
import { invalidPql } from './errors.ts';

export interface Rule {
  readonly pql: string;
  /** The rule as given, when it is pql/json; else null. */
  readonly json: string | null;
}

/** Takes the value for what it is, whatever its format is said to be. Throws SegmentationError `pql-invalid` for broken JSON. */
export function ruleOf(value: string, said: PqlFormat): Rule {
  const { format, text, problems } = readQuery(value, said);
  if (text === null) throw invalidPql(problems);
  return { pql: text, json: format === 'pql/json' ? value : null };
}
