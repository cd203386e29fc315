/** What the values of a column, or of a field of documents, look like. */

/** In the order in which they are tried: the first that every value can be read as. */
export type GuessedType = 'boolean' | 'integer' | 'number' | 'date' | 'date-time' | 'string' | 'list' | 'object';

export interface ColumnSummary {
  /** The column, or the dotted path in documents. */
  readonly name: string;
  readonly type: GuessedType;
  /** How times are written, as a mapping says it; null for anything else. */
  readonly format: string | null;
  /** Records without a value. */
  readonly missing: number;
  /** Different values; counted up to `MOST_DISTINCT`. */
  readonly distinct: number;
  /** Of few different values all, the most frequent first; of many some. */
  readonly values: readonly string[];
}

export const MOST_DISTINCT = 1000;
const EXAMPLES = 5;
/** So many different values or fewer may be a list of choices. */
export const FEW = 30;

const INTEGER = /^[+-]?\d{1,15}$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const BOOLEAN = /^(true|false)$/i;

/** Patterns of times that files often have, as the mapping's formats. */
const TIMES: readonly (readonly [format: string, expression: RegExp, type: 'date' | 'date-time'])[] = [
  ['iso', /^\d{4}-\d{2}-\d{2}$/, 'date'],
  ['iso', /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/i, 'date-time'],
  ['iso', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/, 'date-time'],
  ['yyyy-MM-dd HH:mm:ss', /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, 'date-time'],
  ['yyyy-MM-dd HH:mm', /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/, 'date-time'],
  ['d.M.yyyy', /^\d{1,2}\.\d{1,2}\.\d{4}$/, 'date'],
  ['d.M.yyyy H:mm', /^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d{2}$/, 'date-time'],
  ['yyyy/MM/dd', /^\d{4}\/\d{2}\/\d{2}$/, 'date'],
  ['epochMilliseconds', /^1\d{12}$/, 'date-time'],
  ['epochSeconds', /^1\d{9}$/, 'date-time'],
];
/** A number is a time only where its name says so. */
const TIME_NAME = /time|date|_at$|At$|^ts$|timestamp/i;

/** Gathers the values of one column. */
export class ColumnValues {
  readonly #name: string;
  readonly #counts = new Map<string, number>();
  #lists = 0;
  #objects = 0;
  #numbers = 0;
  #fractions = 0;
  #booleans = 0;
  #known = 0;
  readonly #times = new Set(TIMES);

  constructor(name: string) {
    this.#name = name;
  }

  add(value: unknown): void {
    if (value === null || value === undefined || value === '') return;
    this.#known++;
    if (Array.isArray(value)) this.#lists++;
    else if (value instanceof Date) this.#text(value.toISOString());
    else if (typeof value === 'object') this.#objects++;
    else this.#text(typeof value === 'string' ? value.trim() : JSON.stringify(value));
  }

  /** @param rows records altogether: those before the first value count as missing */
  summary(rows: number): ColumnSummary {
    const { type, format } = this.#guess();
    const sorted = [...this.#counts].toSorted(([one, some], [other, more]) => more - some || (one < other ? -1 : 1));
    const values = sorted.slice(0, this.#counts.size <= FEW ? FEW : EXAMPLES).map(([value]) => value);
    return { name: this.#name, type, format, missing: rows - this.#known, distinct: this.#counts.size, values };
  }

  #text(text: string): void {
    if (BOOLEAN.test(text)) this.#booleans++;
    if (NUMBER.test(text)) this.#numbers++;
    if (!INTEGER.test(text)) this.#fractions++;
    for (const time of this.#times) if (!time[1].test(text)) this.#times.delete(time);
    if (this.#counts.size < MOST_DISTINCT || this.#counts.has(text)) this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
  }

  #guess(): { readonly type: GuessedType; readonly format: string | null } {
    const all = (count: number): boolean => this.#known > 0 && count === this.#known;
    if (all(this.#lists)) return { type: 'list', format: null };
    if (all(this.#objects)) return { type: 'object', format: null };
    if (all(this.#booleans)) return { type: 'boolean', format: null };
    const [time] = this.#times;
    const isTime = time !== undefined && this.#known > 0 && this.#lists + this.#objects === 0;
    if (isTime && (!time[0].startsWith('epoch') || TIME_NAME.test(this.#name))) return { type: time[2], format: time[0] };
    if (all(this.#numbers)) return { type: this.#fractions === 0 ? 'integer' : 'number', format: null };
    return { type: 'string', format: null };
  }
}
