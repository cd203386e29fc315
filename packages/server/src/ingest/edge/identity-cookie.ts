/**
 * The identity cookie of the Web SDK: a protobuf message in URL-safe base64. Field 1 is the ECID, field 10 tells where and
 * when it was made, field 30 when the cookie was written.
 */

export interface IdentityCookie {
  readonly ecid: string;
  /** Epoch milliseconds. */
  readonly writtenAt: number;
}

/** Types of the wire. */
const VARINT = 0;
const EIGHT_BYTES = 1;
const BYTES = 2;
const FOUR_BYTES = 5;

const ECID_FIELD = 1;
const MADE_FIELD = 10;
const WRITTEN_FIELD = 30;
const REGION = 'OR2';

export function encodeIdentity({ ecid, writtenAt }: IdentityCookie): string {
  const made = Buffer.concat([key(1, VARINT), varint(writtenAt), key(5, BYTES), bytes(Buffer.from(REGION))]);
  const parts = [key(ECID_FIELD, BYTES), bytes(Buffer.from(ecid)), key(MADE_FIELD, BYTES), bytes(made)];
  return Buffer.concat([...parts, key(WRITTEN_FIELD, VARINT), varint(writtenAt)]).toString('base64url');
}

/** The ECID of a cookie, undefined when it holds none. */
export function decodeIdentity(value: string): string | undefined {
  const buffer = Buffer.from(decodeURIComponentSafely(value), 'base64url');
  const reader = new Reader(buffer);
  while (reader.more) {
    const [field, type] = reader.key();
    if (field === ECID_FIELD && type === BYTES) {
      const ecid = reader.bytes().toString('latin1');
      return /^\d{38}$/.test(ecid) ? ecid : undefined;
    }
    reader.skip(type);
  }
  return undefined;
}

function decodeURIComponentSafely(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function key(field: number, type: number): Buffer {
  return varint(field * 8 + type);
}

function bytes(content: Buffer): Buffer {
  return Buffer.concat([varint(content.length), content]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...out, rest]);
}

class Reader {
  #at = 0;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get more(): boolean {
    return this.#at < this.#buffer.length;
  }

  key(): readonly [field: number, type: number] {
    const read = this.#varint();
    return [Math.floor(read / 8), read % 8];
  }

  bytes(): Buffer {
    const length = this.#varint();
    const content = this.#buffer.subarray(this.#at, this.#at + length);
    this.#at += length;
    return content;
  }

  skip(type: number): void {
    if (type === VARINT) this.#varint();
    else if (type === BYTES) this.bytes();
    else if (type === EIGHT_BYTES) this.#at += 8;
    else if (type === FOUR_BYTES) this.#at += 4;
    // What is no message ends here.
    else this.#at = this.#buffer.length;
  }

  #varint(): number {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.#buffer[this.#at++];
      if (byte === undefined) return value;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }
}
