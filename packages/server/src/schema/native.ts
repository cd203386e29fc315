/**
 * Columns in ClickHouse's Native format, written row by row. The worker that reads a file makes them, so the engine
 * gets columns as they are and parses no text.
 */
import type { Column } from './layout.ts';
import { Bytes } from './bytes.ts';
import type { Cell } from './shred.ts';

/** Gathers the values of one column. Rows come in rising order; rows left out are null, '' , 0 or []. */
export interface ColumnWriter {
  set(row: number, cell: Cell): void;
  /** Appends name, type and data for `rows` rows, and begins anew: room once made serves again. */
  write(rows: number, into: Bytes): void;
}

/** What is needed of a column to write it. */
export type WrittenColumn = Pick<Column, 'name' | 'chType'>;

/** A writer for any column type of the layout. */
export function columnWriter(column: WrittenColumn): ColumnWriter {
  return new HeadedWriter(column, dataWriter(column.chType));
}

/** The head of a Native block: what comes before its columns. */
export function blockHead(columns: number, rows: number): Uint8Array {
  const head = new Bytes(20);
  head.varint(columns);
  head.varint(rows);
  return head.take();
}

/** A whole column of UInt32, as `columnWriter` would write it. */
export function uint32Column(name: string, values: Uint32Array): Uint8Array {
  const bytes = new Bytes(values.byteLength + name.length * 3 + 20);
  bytes.text(name);
  bytes.text('UInt32');
  bytes.append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return bytes.take();
}

class HeadedWriter implements ColumnWriter {
  readonly #column: WrittenColumn;
  readonly #data: DataWriter;

  constructor(column: WrittenColumn, data: DataWriter) {
    this.#column = column;
    this.#data = data;
  }

  set(row: number, cell: Cell): void {
    this.#data.set(row, cell);
  }

  write(rows: number, into: Bytes): void {
    into.text(this.#column.name);
    into.text(this.#column.chType);
    this.#data.prefix(into);
    this.#data.write(rows, into);
  }
}

interface DataWriter {
  set(row: number, cell: Cell): void;
  /** What stands once before the data of the whole column. */
  prefix(into: Bytes): void;
  write(rows: number, into: Bytes): void;
}

function dataWriter(chType: string): DataWriter {
  const inner = /^(Array|Nullable|LowCardinality)\((.*)\)$/.exec(chType);
  if (inner?.[1] === 'Array') return new ArrayWriter(dataWriter(inner[2] ?? ''));
  if (inner?.[1] === 'LowCardinality') return new DictionaryWriter(chType.includes('Nullable'));
  if (inner?.[1] === 'Nullable') return new NullableWriter(dataWriter(inner[2] ?? ''));
  switch (chType) {
    case 'String':
      return new TextWriter();
    case 'Bool':
      return new NumberWriter(new Uint8Array(FEW));
    case 'UInt32':
      return new NumberWriter(new Uint32Array(FEW));
    case 'Float64':
      return new NumberWriter(new Float64Array(FEW));
    case 'Int64':
    case 'UInt64':
    case "DateTime64(3, 'UTC')":
      return new Int64Writer();
    default:
      throw new Error(`no writer for the column type ${chType}`);
  }
}

type Numbers = Float64Array | Uint32Array | Uint8Array;

/** Rows a writer has room for at first. */
const FEW = 1024;

/** The same values with room for at least `length`, all new ones 0. */
function grown<Values extends Numbers>(values: Values, length: number): Values {
  const larger = new (values.constructor as new (length: number) => Values)(Math.max(length, values.length * 2));
  larger.set(values);
  return larger;
}

/** Appends `size` bytes of values, the ones behind the last value being 0, and makes all values 0. */
function writeValues(values: Numbers, size: number, into: Bytes): void {
  const known = Math.min(size, values.byteLength);
  into.append(new Uint8Array(values.buffer, 0, known));
  into.fill(0, size - known);
  values.fill(0, 0, known / values.BYTES_PER_ELEMENT);
}

/** Numbers and truth values as they lie in memory, rows left out being 0. */
class NumberWriter implements DataWriter {
  #values: Numbers;

  constructor(empty: Numbers) {
    this.#values = empty;
  }

  set(row: number, cell: Cell): void {
    if (row >= this.#values.length) this.#values = grown(this.#values, row + 1);
    this.#values[row] = cell as number;
  }

  prefix(): void {}

  write(rows: number, into: Bytes): void {
    writeValues(this.#values, rows * this.#values.BYTES_PER_ELEMENT, into);
  }
}

/** Safe integers as two halves: several times faster than by way of BigInt. */
class Int64Writer implements DataWriter {
  #halves: Uint32Array = new Uint32Array(FEW);

  set(row: number, cell: Cell): void {
    const at = row * 2;
    if (at >= this.#halves.length) this.#halves = grown(this.#halves, at + 2);
    const high = Math.floor((cell as number) / 4_294_967_296);
    this.#halves[at] = (cell as number) - high * 4_294_967_296;
    this.#halves[at + 1] = high;
  }

  prefix(): void {}

  write(rows: number, into: Bytes): void {
    writeValues(this.#halves, rows * 8, into);
  }
}

class TextWriter implements DataWriter {
  readonly #bytes = new Bytes(FEW);
  #next = 0;

  set(row: number, cell: Cell): void {
    if (row > this.#next) this.#bytes.fill(0, row - this.#next);
    this.#bytes.text(cell as string);
    this.#next = row + 1;
  }

  prefix(): void {}

  write(rows: number, into: Bytes): void {
    into.append(this.#bytes.take());
    into.fill(0, rows - this.#next);
    this.#bytes.clear();
    this.#next = 0;
  }
}

class NullableWriter implements DataWriter {
  readonly #inner: DataWriter;
  /** 1 for null; of rows behind the last value nothing is known. */
  #nulls: Uint8Array = new Uint8Array(FEW).fill(1);

  constructor(inner: DataWriter) {
    this.#inner = inner;
  }

  set(row: number, cell: Cell): void {
    if (cell === null) return;
    if (row >= this.#nulls.length) {
      const known = this.#nulls.length;
      this.#nulls = grown(this.#nulls, row + 1);
      this.#nulls.fill(1, known);
    }
    this.#nulls[row] = 0;
    this.#inner.set(row, cell);
  }

  prefix(into: Bytes): void {
    this.#inner.prefix(into);
  }

  write(rows: number, into: Bytes): void {
    const known = Math.min(rows, this.#nulls.length);
    into.append(this.#nulls.subarray(0, known));
    into.fill(1, rows - known);
    this.#nulls.fill(1, 0, known);
    this.#inner.write(rows, into);
  }
}

class ArrayWriter implements DataWriter {
  readonly #inner: DataWriter;
  /** Where the members of each row end, as 64-bit numbers in two halves. */
  #ends: Uint32Array = new Uint32Array(FEW);
  /** Rows whose end is known. */
  #next = 0;
  #members = 0;

  constructor(inner: DataWriter) {
    this.#inner = inner;
  }

  set(row: number, cell: Cell): void {
    this.#fill(row);
    if (Array.isArray(cell)) for (const member of cell as readonly Cell[]) this.#inner.set(this.#members++, member);
    this.#fill(row + 1);
  }

  prefix(into: Bytes): void {
    this.#inner.prefix(into);
  }

  write(rows: number, into: Bytes): void {
    this.#fill(rows);
    writeValues(this.#ends, rows * 8, into);
    this.#inner.write(this.#members, into);
    this.#next = 0;
    this.#members = 0;
  }

  /** Rows up to this one end where the members do. */
  #fill(rows: number): void {
    if (rows * 2 > this.#ends.length) this.#ends = grown(this.#ends, rows * 2);
    for (; this.#next < rows; this.#next++) this.#ends[this.#next * 2] = this.#members;
  }
}

/** The values once, then the index of each row's value. Index 0 stands for null, or '' when not nullable. */
class DictionaryWriter implements DataWriter {
  readonly #nullable: boolean;
  readonly #indexes = new Map<string, number>();
  readonly #keys = new Bytes(256);
  readonly #rows = new NumberWriter(new Uint32Array(FEW));

  constructor(nullable: boolean) {
    this.#nullable = nullable;
    this.#keys.text('');
  }

  set(row: number, cell: Cell): void {
    if (cell === null || (cell === '' && !this.#nullable)) return;
    let index = this.#indexes.get(cell as string);
    if (index === undefined) {
      index = this.#indexes.size + 1;
      this.#indexes.set(cell as string, index);
      this.#keys.text(cell as string);
    }
    this.#rows.set(row, index);
  }

  prefix(into: Bytes): void {
    into.uint64(1);
  }

  write(rows: number, into: Bytes): void {
    if (rows === 0) return;
    into.uint64(ADDITIONAL_KEYS + UINT32_INDEXES);
    into.uint64(this.#indexes.size + 1);
    into.append(this.#keys.take());
    into.uint64(rows);
    this.#rows.write(rows, into);
    this.#indexes.clear();
    this.#keys.clear();
    this.#keys.text('');
  }
}

const ADDITIONAL_KEYS = 0x200;
const UINT32_INDEXES = 2;
