/** Values on their way from a source to a field. */

/** What a mapping computes: undefined when there is no value. */
export type Evaluate = (record: unknown, line: number) => unknown;

/** A value that cannot be had, and why. A value itself, because thousands of them must not cost much. */
export class Invalid {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/;

/** A number from a number or its text. */
export function toNumber(value: unknown): number | Invalid {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && NUMBER.test(value)) return Number(value);
  return new Invalid(`expected a number, found ${show(value)}`);
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  t: true,
  f: false,
  yes: true,
  no: false,
  y: true,
  n: false,
  on: true,
  off: false,
  '1': true,
  '0': false,
};

/** True or false from the usual words. */
export function toBoolean(value: unknown): boolean | Invalid {
  if (typeof value === 'boolean') return value;
  const known = typeof value === 'string' || typeof value === 'number' ? BOOLEANS[String(value).trim().toLowerCase()] : undefined;
  return known ?? new Invalid(`expected true or false, found ${show(value)}`);
}

/** Text from a scalar. */
export function toText(value: unknown): string | Invalid {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  return new Invalid(`expected text, found ${show(value)}`);
}

/** A value in a message, shortened. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
