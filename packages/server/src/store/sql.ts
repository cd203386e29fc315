/** Values and names as ClickHouse SQL text. Our own, because bound parameters are run one at a time by the embedded engine. */

export type Literal = string | number | bigint | boolean | null | readonly Literal[];

/** A value as an SQL expression. Negative numbers come in parentheses, so `x-${literal(-1)}` is no comment. */
export function literal(value: Literal): string {
  switch (typeof value) {
    case 'string':
      return `'${escape(value, "'")}'`;
    case 'number':
      return number(value);
    case 'bigint':
      return integer(value);
    case 'boolean':
      return String(value);
    default:
      return value === null ? 'NULL' : `[${value.map(literal).join(', ')}]`;
  }
}

/** @param instant epoch ms; what is finer is rounded */
export function instantLiteral(instant: number): string {
  return `fromUnixTimestamp64Milli(${literal(BigInt(Math.round(instant)))}, 'UTC')`;
}

/** A name of a table, column or database, always in backquotes. Throws RangeError on an empty one. */
export function identifier(name: string): string {
  if (name === '') throw new RangeError('a name in SQL cannot be empty');
  return `\`${escape(name, '`')}\``;
}

const ESCAPES: Readonly<Record<string, string>> = { '\0': '\\0', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

// eslint-disable-next-line no-control-regex -- control characters are what it escapes
const SPECIAL = /[\\'`\0\b\t\n\f\r]/g;

function escape(text: string, quote: "'" | '`'): string {
  return text.replace(SPECIAL, (char) => {
    if (char === '\\' || char === quote) return `\\${char}`;
    return ESCAPES[char] ?? char;
  });
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '(-inf)';
  if (Object.is(value, -0)) return '(-0.)';
  // A whole number written out would be taken for a 64-bit integer, whose arithmetic wraps.
  const text = Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
  return value < 0 ? `(${text})` : text;
}

const SMALLEST = -(2n ** 63n);
const LARGEST = 2n ** 64n - 1n;

function integer(value: bigint): string {
  if (value < SMALLEST || value > LARGEST) throw new RangeError(`${value} does not fit into 64 bits`);
  return value < 0n ? `(${value})` : String(value);
}
