/** What a ranking goes by: an expression whose result is a number. */
import type { UnionSchema, Value } from '@kindred/pql';
import { compileValue } from '@kindred/pql';
import { invalidPql, SegmentationError } from '../errors.ts';
import { readsAudience } from '../plans.ts';
import type { Choice, PlannedChoice } from './choice.ts';

/** Throws SegmentationError `pql-invalid`, and `composition-invalid` for what is no number or asks about audiences. */
export function numberOf(pql: string, schema: UnionSchema): Value {
  const { value, type, problems } = compileValue(pql, schema);
  if (value === null) throw invalidPql(problems);
  if (type.kind !== 'number' && type.kind !== 'integer') {
    throw invalid(`${pql} is no number.`, 'Rank by an attribute that is a number, or by an expression such as xEvent[…].sum(…).');
  }
  if (readsAudience(value))
    throw invalid(`${pql} asks about audiences.`, 'Take people out by the exclude block, and rank by attributes and events.');
  return value;
}

/** Throws as `numberOf`. */
export function plannedChoice(choice: Choice, schema: UnionSchema): PlannedChoice {
  return choice.kind === 'share' ? choice : { ...choice, value: numberOf(choice.by, schema) };
}

function invalid(message: string, hint: string): SegmentationError {
  return new SegmentationError({ code: 'composition-invalid', message, hint });
}
