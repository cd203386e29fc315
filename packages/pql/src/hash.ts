/** MurmurHash3, x86 128-bit variant, over UTF-8: fast and well spread, not for secrets. */

const [C1, C2, C3, C4] = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

function avalanche(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** 32 lower-case hexadecimal digits. */
export function hash128(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const whole = bytes.length - (bytes.length % 16);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let [h1, h2, h3, h4] = [0, 0, 0, 0];
  for (let at = 0; at < whole; at += 16) {
    h1 ^= Math.imul(rotate(Math.imul(view.getUint32(at, true), C1), 15), C2);
    h1 = Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b;
    h2 ^= Math.imul(rotate(Math.imul(view.getUint32(at + 4, true), C2), 16), C3);
    h2 = Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747;
    h3 ^= Math.imul(rotate(Math.imul(view.getUint32(at + 8, true), C3), 17), C4);
    h3 = Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35;
    h4 ^= Math.imul(rotate(Math.imul(view.getUint32(at + 12, true), C4), 18), C1);
    h4 = Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17;
  }
  // The rest, padded with zeros: a zero word changes nothing, as in the original.
  const tail = new Uint8Array(16);
  tail.set(bytes.subarray(whole));
  const rest = new DataView(tail.buffer);
  h4 ^= Math.imul(rotate(Math.imul(rest.getUint32(12, true), C4), 18), C1);
  h3 ^= Math.imul(rotate(Math.imul(rest.getUint32(8, true), C3), 17), C4);
  h2 ^= Math.imul(rotate(Math.imul(rest.getUint32(4, true), C2), 16), C3);
  h1 ^= Math.imul(rotate(Math.imul(rest.getUint32(0, true), C1), 15), C2);
  return finish([h1, h2, h3, h4], bytes.length);
}

function finish(state: readonly [number, number, number, number], length: number): string {
  let [h1, h2, h3, h4] = state.map((each) => each ^ length) as [number, number, number, number];
  h1 = (h1 + h2 + h3 + h4) | 0;
  [h2, h3, h4] = [h2 + h1, h3 + h1, h4 + h1];
  [h1, h2, h3, h4] = [avalanche(h1), avalanche(h2), avalanche(h3), avalanche(h4)];
  h1 = (h1 + h2 + h3 + h4) | 0;
  [h2, h3, h4] = [h2 + h1, h3 + h1, h4 + h1];
  return [h1, h2, h3, h4].map((each) => (each >>> 0).toString(16).padStart(8, '0')).join('');
}
