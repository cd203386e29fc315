/** Which addresses and names mean "this machine". */
import { isIP } from 'node:net';

/** True for an address or name that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}

/** The host name of a Host header, without port; null when it is not one. */
export function hostNameOf(header: string): string | null {
  const found = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.exec(header);
  return found?.[1] ?? null;
}
