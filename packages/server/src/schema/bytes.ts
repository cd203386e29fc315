/** A growing run of bytes with the primitives of ClickHouse's binary formats. */
export class Bytes {
  #buffer: Buffer;
  #end = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#end;
  }

  /** Forgets what was written and keeps the room. */
  clear(): void {
    this.#end = 0;
  }

  /** What was written. No copy: it stands until the next call. */
  take(): Uint8Array {
    return this.#buffer.subarray(0, this.#end);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The same byte, `count` times. Runs are short or very long. */
  fill(byte: number, count: number): void {
    this.#reserve(count);
    const end = this.#end + count;
    if (count > 32) this.#buffer.fill(byte, this.#end, end);
    else for (let at = this.#end; at < end; at++) this.#buffer[at] = byte;
    this.#end = end;
  }

  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#end++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#end++] = rest;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#end = this.#buffer.writeUInt32LE(value, this.#end);
  }

  /** Whole, of either sign. */
  int64(value: number): void {
    this.#reserve(8);
    const high = Math.floor(value / 4_294_967_296);
    this.#buffer.writeUInt32LE(value - high * 4_294_967_296, this.#end);
    this.#end = this.#buffer.writeInt32LE(high, this.#end + 4);
  }

  uint64(value: number): void {
    this.#reserve(8);
    this.#buffer.writeUInt32LE(value % 4_294_967_296, this.#end);
    this.#buffer.writeUInt32LE(Math.floor(value / 4_294_967_296), this.#end + 4);
    this.#end += 8;
  }

  /** Length and UTF-8 bytes. */
  text(text: string): void {
    if (!this.#ascii(text)) this.#unicode(text);
  }

  /** Short ASCII text byte by byte, which beats a call into the runtime. False when it is no such text. */
  #ascii(text: string): boolean {
    const length = text.length;
    if (length > 64) return false;
    this.#reserve(length + 1);
    const buffer = this.#buffer;
    const start = this.#end + 1;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      buffer[start + i] = code;
    }
    buffer[this.#end] = length;
    this.#end = start + length;
    return true;
  }

  #unicode(text: string): void {
    const length = Buffer.byteLength(text);
    this.varint(length);
    this.#reserve(length);
    this.#end += this.#buffer.write(text, this.#end);
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#buffer.length) return;
    const buffer = Buffer.allocUnsafeSlow(Math.max(this.#end + more, this.#buffer.length * 2));
    this.#buffer.copy(buffer, 0, 0, this.#end);
    this.#buffer = buffer;
  }
}
