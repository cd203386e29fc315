/** The schema that rules are about: what the tables hold, and the computed attributes in use. */
import type { ComputedWindow, Field, ObjectType, UnionSchema } from '@kindred/pql';
import { compileField } from '@kindred/pql';
import type { XdmSchema } from '../schema/index.ts';
import type { ComputedAttribute, DurationUnit, NewComputedAttribute } from './computed-attribute.ts';

/** The object of the tenant's that holds them. */
export const COMPUTED = 'ComputedAttributes';

const UNITS: Readonly<Record<DurationUnit, ComputedWindow['unit']>> = { HOURS: 'hour', DAYS: 'day', WEEKS: 'week', MONTHS: 'month' };
/** The schema with the attributes, and what it was made of. */
export interface ComputedSchema {
  readonly stored: XdmSchema;
  readonly schema: UnionSchema;
  /** By the names of the attributes. */
  readonly fields: ReadonlyMap<string, Field>;
}

/** Those that cannot be computed, because a field of theirs is gone, are left out. */
export function computedSchema(stored: XdmSchema, all: readonly ComputedAttribute[]): ComputedSchema {
  const fields = new Map<string, Field>();
  let schema: UnionSchema = stored;
  for (const { name, displayName, description, expression, duration, status } of all) {
    if (status !== 'PROCESSED') continue;
    const { field } = compileField(expression, windowOf(duration), schema);
    if (field === null) continue;
    fields.set(name, { ...field, title: displayName, description });
    schema = withFields(stored, fields);
  }
  return { stored, schema, fields };
}

function withFields({ profile, event, lookups, tenant }: XdmSchema, fields: ReadonlyMap<string, Field>): UnionSchema {
  const root = `_${tenant}`;
  const known = profile.fields[root];
  const own = known?.type.kind === 'object' ? known.type.fields : {};
  const computed: Field = { type: { kind: 'object', fields: Object.fromEntries(fields) }, title: 'Computed attributes' };
  const tenantType: ObjectType = { kind: 'object', fields: { ...own, [COMPUTED]: computed } };
  return { event, lookups, profile: { ...profile, fields: { ...profile.fields, [root]: { ...known, type: tenantType } } } };
}

export function windowOf(duration: NewComputedAttribute['duration']): ComputedWindow | null {
  return duration && { amount: duration.count, unit: UNITS[duration.unit] };
}
