/**
 * Computed attributes: fields of the profile that stand for an expression about it. Nothing is stored but the expression: rules
 * that read one are compiled as if it stood there, so they are exact at every instant.
 */
import type { DataObject, Field, UnionSchema } from '@kindred/pql';
import { asJson, compileField, compileValue, evaluateValue, positionOf } from '@kindred/pql';
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Document, XdmSchema } from '../schema/index.ts';
import type { ComputedAttributeRow, Database } from '../store/index.ts';
import type { ComputedAttribute, ComputedStatus, DurationUnit, NewComputedAttribute } from './computed-attribute.ts';
import type { ComputedSchema } from './computed-schema.ts';
import { COMPUTED, computedSchema, windowOf } from './computed-schema.ts';
import { ProfileError } from './errors.ts';
import type { Lookups } from './lookups.ts';

export interface ComputedAttributesOptions {
  readonly db: Kysely<Database>;
  /** What the tables hold at this moment. */
  readonly stored: () => XdmSchema;
  readonly lookups: Lookups;
}

const LONGEST: Readonly<Record<DurationUnit, number>> = { HOURS: 24 * 366, DAYS: 3660, WEEKS: 520, MONTHS: 120 };
const NAME = /^[A-Za-z][A-Za-z0-9]{0,59}$/;

export class ComputedAttributes {
  readonly #options: ComputedAttributesOptions;
  /** In the order in which they were made. */
  #all: readonly ComputedAttribute[] = [];
  #made: ComputedSchema | null = null;

  private constructor(options: ComputedAttributesOptions) {
    this.#options = options;
  }

  static async open(options: ComputedAttributesOptions): Promise<ComputedAttributes> {
    const attributes = new ComputedAttributes(options);
    await attributes.#load();
    return attributes;
  }

  get all(): readonly ComputedAttribute[] {
    return this.#all;
  }

  /** What rules can be about: what the tables hold, and the attributes in use. */
  schema(): UnionSchema {
    return this.#current().schema;
  }

  /** The same without one attribute. */
  schemaWithout(id: string): UnionSchema {
    const others = this.#all.filter((attribute) => attribute.id !== id);
    return computedSchema(this.#options.stored(), others).schema;
  }

  /** The field that an attribute in use is; undefined for one that cannot be computed any more, because the schema has changed. */
  fieldOf({ name }: Pick<ComputedAttribute, 'name'>): Field | undefined {
    return this.#current().fields.get(name);
  }

  /** Where those in use are in the profile, as dotted paths. */
  get paths(): readonly string[] {
    const { stored, fields } = this.#current();
    return [...fields.keys()].map((name) => `_${stored.tenant}.${COMPUTED}.${name}`);
  }

  /** Whether any is in use. */
  get inUse(): boolean {
    return this.#current().fields.size > 0;
  }

  /** A whole document, `xEvent` included, with the values of the attributes in use. @param now epoch ms, @param zone IANA name */
  completed(document: Document, { now, zone }: { readonly now: number; readonly zone: string }): Document {
    const { schema, stored, fields } = this.#current();
    const lookup = (entity: string, key: string): DataObject | null => this.#options.lookups.get(entity, key);
    const root = `_${stored.tenant}`;
    const values = [...fields.keys()].flatMap((name) => {
      const { value, type } = compileValue(`${root}.${COMPUTED}.${name}`, schema);
      const found = value === null ? null : asJson(evaluateValue(value, document as DataObject, { now, zone, lookup }), type);
      return found === null ? [] : [[name, found] as const];
    });
    if (values.length === 0) return document;
    return { ...document, [root]: { ...(document[root] as Document | undefined), [COMPUTED]: Object.fromEntries(values) } };
  }

  /** Throws ProfileError `computed-attribute-not-found`. */
  get(id: string): ComputedAttribute {
    const found = this.#all.find((attribute) => attribute.id === id);
    if (found !== undefined) return found;
    throw new ProfileError({
      code: 'computed-attribute-not-found',
      message: `There is no computed attribute ${id}.`,
      hint: 'List them with GET /data/core/ca/attributes.',
    });
  }

  /** Throws ProfileError `computed-attribute-invalid` and `computed-attribute-name-taken`. */
  async create(input: NewComputedAttribute, now: Date): Promise<ComputedAttribute> {
    this.#require(input);
    const id = randomUUID();
    const { duration, name, expression, description, status } = input;
    await this.#options.db
      .insertInto('computed_attributes')
      .values({
        id,
        name,
        description,
        expression,
        status,
        display_name: input.displayName,
        duration_count: duration?.count ?? null,
        duration_unit: duration?.unit ?? null,
        keep_current: input.keepCurrent,
        created_at: now,
        updated_at: now,
        created_by: input.createdBy,
      })
      .execute();
    await this.#load();
    return this.get(id);
  }

  /** Throws ProfileError `computed-attribute-not-found`, `computed-attribute-invalid` (when it is to be used) and `computed-attribute-state`. */
  async setStatus(id: string, status: ComputedStatus, now: Date): Promise<ComputedAttribute> {
    const before = this.get(id);
    if (status === 'DRAFT' && before.status !== 'DRAFT') throw state(before, 'it cannot become a draft again');
    if (status === 'PROCESSED') this.#require(before);
    if (status !== 'PROCESSED') this.#refuseInUse(before);
    await this.#options.db.updateTable('computed_attributes').set({ status, updated_at: now }).where('id', '=', id).execute();
    await this.#load();
    return this.get(id);
  }

  /** Throws ProfileError `computed-attribute-not-found` and `computed-attribute-state`. */
  async delete(id: string): Promise<void> {
    const attribute = this.get(id);
    if (attribute.status === 'PROCESSED') throw state(attribute, 'it is in use; make it INACTIVE first');
    await this.#options.db.deleteFrom('computed_attributes').where('id', '=', id).execute();
    await this.#load();
  }

  async #load(): Promise<void> {
    const rows = await this.#options.db.selectFrom('computed_attributes').selectAll().orderBy('position').execute();
    this.#all = rows.map(attributeOf);
    this.#made = null;
  }

  #current(): ComputedSchema {
    const stored = this.#options.stored();
    if (this.#made?.stored !== stored) this.#made = computedSchema(stored, this.#all);
    return this.#made;
  }

  #require({
    name,
    expression,
    duration,
    id,
  }: Pick<NewComputedAttribute, 'name' | 'expression' | 'duration'> & { readonly id?: string }): void {
    if (!NAME.test(name))
      throw invalid(`${JSON.stringify(name)} is no name for a field.`, 'Begin with a letter; only letters and digits follow.');
    if (this.#all.some((other) => other.id !== id && other.name.toLowerCase() === name.toLowerCase())) throw nameTaken(name);
    if (duration !== null && duration.count > LONGEST[duration.unit])
      throw invalid(`${duration.count} ${duration.unit} is longer than ten years.`, 'Leave the duration out: then all events count.');
    // It may use those that were there when it was made, so there are no circles.
    const before =
      id === undefined
        ? this.#all
        : this.#all.slice(
            0,
            this.#all.findIndex((other) => other.id === id),
          );
    const { field, problems } = compileField(expression, windowOf(duration), computedSchema(this.#options.stored(), before).schema);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors[0] !== undefined) {
      const details = errors.map((problem) => ({ ...problem, ...positionOf(expression, problem.span.from) }));
      throw invalid(
        `The expression is wrong: ${errors[0].message}`,
        errors[0].hint ?? 'The details tell the place of every problem.',
        details,
      );
    }
    if (field === null || field.type.kind === 'unknown')
      throw invalid('The expression has no value.', 'Write one such as xEvent[…].count().');
  }

  /** Others that are computed from it. */
  #refuseInUse(attribute: ComputedAttribute): void {
    const { fields } = computedSchema(
      this.#options.stored(),
      this.#all.filter(({ id }) => id !== attribute.id),
    );
    const user = this.#all.find((other) => other.id !== attribute.id && this.fieldOf(other) !== undefined && !fields.has(other.name));
    if (user !== undefined) throw state(attribute, `${user.name} is computed from it`);
  }
}

function attributeOf(row: ComputedAttributeRow): ComputedAttribute {
  const { id, name, description, expression, status, duration_count: count, duration_unit: unit } = row;
  return {
    id,
    name,
    description,
    expression,
    status,
    displayName: row.display_name,
    duration: count === null || unit === null ? null : { count, unit },
    keepCurrent: row.keep_current,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function invalid(message: string, hint: string, details?: unknown): ProfileError {
  return new ProfileError({ code: 'computed-attribute-invalid', message, hint, details });
}

function nameTaken(name: string): ProfileError {
  return new ProfileError({
    code: 'computed-attribute-name-taken',
    message: `There is a computed attribute ${name} already.`,
    hint: 'Names are unique, whatever the case of their letters. Choose another one.',
  });
}

function state({ name }: ComputedAttribute, why: string): ProfileError {
  return new ProfileError({
    code: 'computed-attribute-state',
    message: `The computed attribute ${name} cannot be changed so: ${why}.`,
    hint: 'States: DRAFT, then PROCESSED, then INACTIVE and back.',
  });
}
