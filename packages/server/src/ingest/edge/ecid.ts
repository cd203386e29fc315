/** Experience Cloud IDs: 38 digits, two numbers of 63 bits each. */
import { createHash } from 'node:crypto';

const DIGITS = 19;
const BITS_63 = 0x7fff_ffff_ffff_ffffn;

/** @param random 16 bytes */
export function ecidOf(random: Uint8Array): string {
  const bytes = Buffer.from(random);
  return [0, 8].map((at) => (bytes.readBigUInt64BE(at) & BITS_63).toString().padStart(DIGITS, '0')).join('');
}

/** The one ECID of a device that its site knows by an id of its own. */
export function ecidOfDevice(orgId: string, fpid: string): string {
  return ecidOf(createHash('sha256').update(`${orgId}\0${fpid}`).digest().subarray(0, 16));
}

export function isEcid(id: unknown): id is string {
  return typeof id === 'string' && /^\d{38}$/.test(id);
}
