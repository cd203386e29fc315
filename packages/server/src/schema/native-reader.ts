/** Columns in ClickHouse's Native format, read as `native.ts` has written them. */
import type { WrittenColumn } from './native.ts';

/**
 * Values by column, one for each row: times in epoch ms, 64-bit integers as numbers, else as JSON has them.
 * @param columns of the body, in its order
 * @param body a block without its head
 */
export function readColumns(body: Uint8Array, columns: readonly WrittenColumn[], rows: number): ReadonlyMap<string, readonly unknown[]> {
  const from = new Cursor(body);
  return new Map(
    columns.map(({ name, chType }) => {
      from.skipText();
      from.skipText();
      const reader = dataReader(chType);
      reader.prefix(from);
      return [name, reader.read(rows, from)];
    }),
  );
}

/** Where reading has come to. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#bytes[this.#at++] as number;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  uint32(): number {
    this.#at += 4;
    return this.#bytes.readUInt32LE(this.#at - 4);
  }

  /** Safe integers only. */
  int64(): number {
    const low = this.uint32();
    return this.#bytes.readInt32LE((this.#at += 4) - 4) * 4_294_967_296 + low;
  }

  float64(): number {
    this.#at += 8;
    return this.#bytes.readDoubleLE(this.#at - 8);
  }

  text(): string {
    const length = this.varint();
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }

  skipText(): void {
    const length = this.varint();
    this.#at += length;
  }
}

interface DataReader {
  /** What stands once before the data of the whole column. */
  prefix(from: Cursor): void;
  read(rows: number, from: Cursor): readonly unknown[];
}

function dataReader(chType: string): DataReader {
  const inner = /^(Array|Nullable|LowCardinality)\((.*)\)$/.exec(chType);
  if (inner?.[1] === 'Array') return arrays(dataReader(inner[2] ?? ''));
  if (inner?.[1] === 'LowCardinality') return dictionary(chType.includes('Nullable') ? null : '');
  if (inner?.[1] === 'Nullable') return nullable(dataReader(inner[2] ?? ''));
  switch (chType) {
    case 'String':
      return values((from) => from.text());
    case 'Bool':
      return values((from) => from.byte() === 1);
    case 'UInt32':
      return values((from) => from.uint32());
    case 'Float64':
      return values((from) => from.float64());
    case 'Int64':
    case 'UInt64':
    case "DateTime64(3, 'UTC')":
      return values((from) => from.int64());
    default:
      throw new Error(`no reader for the column type ${chType}`);
  }
}

function times<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make);
}

function values(read: (from: Cursor) => unknown): DataReader {
  return { prefix: () => undefined, read: (rows, from) => times(rows, () => read(from)) };
}

function nullable(inner: DataReader): DataReader {
  return {
    prefix: (from) => inner.prefix(from),
    read: (rows, from) => {
      const isNull = times(rows, () => from.byte() === 1);
      return inner.read(rows, from).map((value, row) => (isNull[row] === true ? null : value));
    },
  };
}

function arrays(inner: DataReader): DataReader {
  return {
    prefix: (from) => inner.prefix(from),
    read: (rows, from) => {
      const ends = times(rows, () => from.int64());
      const members = inner.read(ends.at(-1) ?? 0, from);
      return ends.map((end, row) => members.slice(ends[row - 1] ?? 0, end));
    },
  };
}

/** The values once, then the index of each row's value: 0 stands for what is left out. */
function dictionary(leftOut: null | ''): DataReader {
  return {
    prefix: (from) => void from.int64(),
    read: (rows, from) => {
      if (rows === 0) return [];
      from.int64();
      const keys: (string | null)[] = [...times(from.int64(), () => from.text())];
      keys[0] = leftOut;
      from.int64();
      return times(rows, () => keys[from.uint32()]);
    },
  };
}
