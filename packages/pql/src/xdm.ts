/**
 * The types of XDM as the language sees them. A union schema is two object types: what a profile holds
 * and what one of its events holds. Names are plain XDM field names without the `xdm:` prefix.
 */
import type { Expr } from './ast.ts';

export type ScalarKind = 'string' | 'boolean' | 'integer' | 'number' | 'date' | 'datetime';

export interface ScalarType {
  readonly kind: ScalarKind;
  /** Closed list of allowed values (strings only). */
  readonly enum?: readonly string[];
  /** Open list: other values are allowed too (XDM `meta:enum` alone). */
  readonly suggested?: readonly string[];
  /** The value is the id of a record of that lookup entity, whose fields can be read as if they were here (strings only). */
  readonly reference?: string;
}

export interface ObjectType {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, Field>>;
  /** Other fields than the listed ones are allowed too, of unknown type (checking without a schema). */
  readonly open?: boolean;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly items: Type;
}

export interface MapType {
  readonly kind: 'map';
  readonly values: Type;
}

/** The type of a value nobody can know: `null`, or a field when no schema is given. Fits every place. */
export interface UnknownType {
  readonly kind: 'unknown';
}

export type Type = ScalarType | ObjectType | ArrayType | MapType | UnknownType;

export interface Field {
  readonly type: Type;
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** The field is not stored: to read it from a profile is to ask this. */
  readonly computed?: Computed;
}

/** What a computed attribute means: an expression about the profile, checked against a schema without the attribute, so that there are no circles. */
export interface Computed {
  readonly expression: Expr;
  /** Only events of that long before the instant of evaluation count; null: all events. */
  readonly window: ComputedWindow | null;
}

export interface ComputedWindow {
  readonly amount: number;
  readonly unit: 'hour' | 'day' | 'week' | 'month';
}

/** What a query is checked against. `profile.fields.xEvent` is not listed: it is always the array of `event`. */
export interface UnionSchema {
  readonly profile: ObjectType;
  readonly event: ObjectType;
  /** What a record of each lookup entity holds (products, stores, plans), by the name that `reference` uses. */
  readonly lookups?: Readonly<Record<string, ObjectType>>;
}
