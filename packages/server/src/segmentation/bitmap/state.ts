/**
 * Bitmaps as the state of ClickHouse's `groupBitmap` over UInt32, the bytes of one such value in RowBinary:
 * `0`, count, ordinals (up to 32 of them), or `1`, length as varint, and a bitmap in Roaring's portable format.
 */
import type { Block } from './bitmap.ts';
import { Bitmap } from './bitmap.ts';
import type { Sized } from './container.ts';
import { BLOCK, LONGEST_LIST, ofBits, ofList, setBit, WORDS } from './container.ts';

const SMALL = 0;
const ROARING = 1;
/** The engine keeps up to this many ordinals as a plain list. */
const LONGEST_SMALL = 32;
/** First number of the portable format: without run containers, or with some. */
const PLAIN_COOKIE = 12_346;
const RUNS_COOKIE = 12_347;
/** With run containers, offsets are left out below this many blocks. */
const OFFSETS_FROM = 4;

/** Reads one state. Throws RangeError when the bytes are none. */
export function fromState(bytes: Uint8Array): Bitmap {
  const { bitmap, end } = readState(bytes, 0);
  if (end !== bytes.length) throw new RangeError('these bytes are no bitmap');
  return bitmap;
}

/** Reads the state that begins at a place, and tells where it ends. Throws RangeError when there is none. */
export function readState(bytes: Uint8Array, at: number): { readonly bitmap: Bitmap; readonly end: number } {
  const input = new Input(bytes, at);
  const flag = input.uint8();
  if (flag !== SMALL && flag !== ROARING) throw new RangeError('these bytes are no bitmap');
  return { bitmap: flag === SMALL ? readSmall(input) : readRoaring(input), end: input.at };
}

function readSmall(input: Input): Bitmap {
  const count = input.uint8();
  return Bitmap.of(Array.from({ length: count }, () => input.uint32()));
}

interface Head {
  readonly key: number;
  readonly size: number;
  readonly runs: boolean;
}

function readRoaring(input: Input): Bitmap {
  input.varint();
  const cookie = input.uint32();
  const withRuns = (cookie & 0xffff) === RUNS_COOKIE;
  if (!withRuns && cookie !== PLAIN_COOKIE) throw new RangeError(`a bitmap cannot begin with ${cookie}`);
  const count = withRuns ? (cookie >>> 16) + 1 : input.uint32();
  const runs = withRuns ? input.take(Math.ceil(count / 8)) : null;
  const heads = Array.from({ length: count }, (_, i): Head => {
    const key = input.uint16();
    return { key, size: input.uint16() + 1, runs: runs !== null && (((runs[i >>> 3] as number) >>> (i & 7)) & 1) === 1 };
  });
  if (!withRuns || count >= OFFSETS_FROM) input.take(count * 4);
  return new Bitmap(heads.flatMap((head): Block[] => readBlock(input, head)));
}

function readBlock(input: Input, head: Head): Block[] {
  const sized = head.runs ? readRuns(input) : head.size > LONGEST_LIST ? ofBits(input.bits()) : ofList(input.list(head.size));
  return sized === null ? [] : [{ key: head.key, ...sized }];
}

function readRuns(input: Input): Sized | null {
  const bits = new Uint32Array(WORDS);
  for (let run = input.uint16(); run > 0; run--) {
    const start = input.uint16();
    const end = start + input.uint16();
    for (let low = start; low <= end; low++) setBit(bits, low);
  }
  return ofBits(bits);
}

/** Writes a bitmap as one state, which ClickHouse takes for its own. */
export function toState(bitmap: Bitmap): Uint8Array {
  return bitmap.size <= LONGEST_SMALL ? writeSmall(bitmap) : writeRoaring(bitmap);
}

function writeSmall(bitmap: Bitmap): Uint8Array {
  const bytes = Buffer.alloc(2 + bitmap.size * 4);
  bytes[0] = SMALL;
  bytes[1] = bitmap.size;
  bitmap.toArray().forEach((ordinal, i) => bytes.writeUInt32LE(ordinal, 2 + i * 4));
  return bytes;
}

function writeRoaring({ blocks }: Bitmap): Uint8Array {
  const head = 8 + blocks.length * 8;
  const length = blocks.reduce((total, { container }) => total + container.byteLength, head);
  const prefix = [ROARING, ...varint(length)];
  const bytes = Buffer.alloc(prefix.length + length);
  bytes.set(prefix);
  const body = bytes.subarray(prefix.length);
  body.writeUInt32LE(PLAIN_COOKIE, 0);
  body.writeUInt32LE(blocks.length, 4);
  let offset = head;
  blocks.forEach(({ key, size, container }, i) => {
    body.writeUInt16LE(key, 8 + i * 4);
    body.writeUInt16LE(size - 1, 10 + i * 4);
    body.writeUInt32LE(offset, 8 + blocks.length * 4 + i * 4);
    body.set(littleEndian(container), offset);
    offset += container.byteLength;
  });
  return bytes;
}

/** Node runs on little-endian machines only, so the bytes of a container are the bytes on the wire. */
function littleEndian(container: Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(container.buffer, container.byteOffset, container.byteLength);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** Reads little-endian numbers from the front; RangeError past the end. */
class Input {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#at++);
  }

  uint16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2, true);
  }

  uint32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  varint(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 0x80) {
      const byte = this.uint8();
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError('the bitmap ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Copies: the bytes may lie at an odd address, and do not belong to us. */
  list(length: number): Uint16Array {
    return new Uint16Array(new Uint8Array(this.take(length * 2)).buffer);
  }

  bits(): Uint32Array {
    return new Uint32Array(new Uint8Array(this.take(BLOCK / 8)).buffer);
  }
}
