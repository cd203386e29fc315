/** Validates records of datasets by the JSON Schema of theirs, with Ajv. */
import { nearest } from '@kindred/pql';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parseDate, parseInstant } from './instant.ts';
import type { Problem } from './shred.ts';
import type { DatasetSchema, XdmSchema } from './union.ts';

/** What is not right about a record; empty for a good one. */
export type Validate = (document: unknown) => readonly Problem[];

/** Validators of the datasets of a schema, each made when its first record comes. */
export class DatasetValidators {
  readonly #datasets: XdmSchema['datasets'];
  readonly #made = new Map<string, Validate>();

  constructor({ datasets }: Pick<XdmSchema, 'datasets'>) {
    this.#datasets = datasets;
  }

  /** Nothing is wrong with records of datasets that have no schema of their own. */
  problems(dataset: string, document: unknown): readonly Problem[] {
    let validate = this.#made.get(dataset);
    if (validate === undefined) {
      const schema = this.#datasets.get(dataset);
      validate = schema === undefined ? () => [] : recordValidator(schema);
      this.#made.set(dataset, validate);
    }
    return validate(document);
  }
}

export function recordValidator({ json }: Pick<DatasetSchema, 'json'>): Validate {
  const validate = newAjv().compile(json);
  return (document) => (validate(document) ? [] : problemsOf(validate));
}

function newAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: true, verbose: true });
  addFormats.default(ajv, ['email', 'uri', 'uri-reference', 'hostname', 'ipv4', 'ipv6', 'uuid', 'time', 'duration']);
  // Those of XDM: with the zones and digits that are stored.
  ajv.addFormat('date-time', (text) => !Number.isNaN(parseInstant(text)));
  ajv.addFormat('date', (text) => !Number.isNaN(parseDate(text)));
  return ajv;
}

function problemsOf({ errors }: ValidateFunction): readonly Problem[] {
  return (errors ?? []).map((error) => ({ field: fieldOf(error), reason: reasonOf(error), keyword: error.keyword }));
}

/** Dotted, `[]` for members of an array; of what is missing or too much, the field itself. */
function fieldOf({ instancePath, params, keyword }: ErrorObject): string {
  const { missingProperty, additionalProperty } = params as { readonly missingProperty?: string; readonly additionalProperty?: string };
  const last = keyword === 'required' ? missingProperty : keyword === 'additionalProperties' ? additionalProperty : undefined;
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const path = last === undefined ? steps : [...steps, last];
  return path.reduce((field, step) => (/^\d+$/.test(step) ? `${field}[]` : field === '' ? step : `${field}.${step}`), '');
}

function reasonOf({ keyword, params, data, message = 'is not valid', parentSchema }: ErrorObject): string {
  const found = shorten(data);
  switch (keyword) {
    case 'required':
      return 'the schema of the dataset requires this field';
    case 'additionalProperties': {
      const { additionalProperty: name } = params as { readonly additionalProperty: string };
      const near = nearest(name, Object.keys((parentSchema as { readonly properties?: object } | undefined)?.properties ?? {}));
      return `the schema of the dataset has no such field${near === null ? '' : `; did you mean ${near}?`}`;
    }
    case 'type':
      return `expected ${String((params as { readonly type: unknown }).type)}, found ${found}`;
    case 'enum':
      return `${found} is not one of ${(params as { readonly allowedValues: readonly unknown[] }).allowedValues.join(', ')}`;
    case 'format':
      return `${found} is no ${String((params as { readonly format: unknown }).format)}`;
    case 'pattern':
      return `${found} does not match the pattern ${String((params as { readonly pattern: unknown }).pattern)}`;
    default:
      return `${found} ${message}`;
  }
}

function shorten(value: unknown): string {
  const text = Array.isArray(value)
    ? 'an array'
    : typeof value === 'object' && value !== null
      ? 'an object'
      : JSON.stringify(value ?? null);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
