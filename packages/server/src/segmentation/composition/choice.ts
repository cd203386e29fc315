/**
 * Who of those for whom the rule of a path holds is in: a share of them, the same people for good, or the first of a ranking.
 * A share goes by the number of a person, which stays as long as the person does, and by the salt of the composition.
 */
import type { Value } from '@kindred/pql';
import { Bitmap } from '../bitmap/index.ts';

export interface Share {
  readonly kind: 'share';
  /** Other shares for other salts. */
  readonly salt: string;
  /** In hundredths of a percent; the end is not included. */
  readonly from: number;
  readonly to: number;
}

export interface Top {
  readonly kind: 'top';
  /** An expression whose result is a number. */
  readonly by: string;
  readonly descending: boolean;
  readonly limit: number;
}

export type Choice = Share | Top;

/** Ready to be made. */
export type PlannedChoice = Share | (Top & { readonly value: Value });

/** Of a ranking: where it was cut. */
export interface Cut {
  /** The number of the last one who is in; null: nobody's number is known. */
  readonly last: number | null;
  /** Who came in and has no number. */
  readonly unknown: number;
}

/** Hundredths of a percent in the whole. */
export const WHOLE = 10_000;

/** Who is in, to read on from the rule. */
export function choiceInWords(choice: Choice): string {
  if (choice.kind === 'share') return `the share of the split from ${choice.from / 100} to ${choice.to / 100} %`;
  return `the ${choice.limit} with the ${choice.descending ? 'highest' : 'lowest'} ${choice.by}`;
}

/** Whether a profile is in a share. */
export function inShare({ salt, from, to }: Share, profile: number): boolean {
  return within(seedOf(salt), profile, { from, to });
}

/** Those who are in a share. */
export function sharing(members: Bitmap, { salt, from, to }: Share): Bitmap {
  const seed = seedOf(salt);
  return Bitmap.of(members.toArray().filter((profile) => within(seed, profile, { from, to })));
}

/**
 * The first of a ranking. Who has no number comes last, whatever the order; of equal ones the one who was known first is first.
 * @param numbers of the members in rising order, NaN where there is none
 */
export function topOf(members: Bitmap, numbers: Float64Array, { descending, limit }: Top): { readonly members: Bitmap; readonly cut: Cut } {
  // Only numbers are sorted, which takes a tenth of the time of sorting people.
  const sorted = numbers.filter((each) => !Number.isNaN(each)).toSorted();
  const kept = Math.min(limit, sorted.length);
  const last = kept === 0 ? null : (sorted[descending ? sorted.length - kept : kept - 1] ?? null);
  const isBefore = (number: number): boolean => last !== null && (descending ? number > last : number < last);
  let equals = kept - numbers.filter(isBefore).length;
  let unknowns = limit - kept;
  const first = members.toArray().filter((_, index) => {
    const number = numbers[index] ?? NaN;
    if (Number.isNaN(number)) return unknowns-- > 0;
    return isBefore(number) || (number === last && equals-- > 0);
  });
  return { members: Bitmap.of(first), cut: { last, unknown: numbers.length - sorted.length } };
}

function within(seed: number, profile: number, { from, to }: Pick<Share, 'from' | 'to'>): boolean {
  const place = Math.floor((murmur(profile, seed) / 2 ** 32) * WHOLE);
  return place >= from && place < to;
}

/** FNV-1a over the UTF-16 units of a text. */
function seedOf(salt: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < salt.length; at++) hash = Math.imul(hash ^ salt.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** MurmurHash3 (x86, 32 bits) of one 32-bit number. What it gives must never change: people would change paths. */
function murmur(key: number, seed: number): number {
  let hash = seed ^ Math.imul(rotated(Math.imul(key, 0xcc9e2d51), 15), 0x1b873593);
  hash = (Math.imul(rotated(hash, 13), 5) + 0xe6546b64) ^ 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
