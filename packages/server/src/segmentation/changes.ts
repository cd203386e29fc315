/** Who came into an audience and left it, evaluation by evaluation, as ClickHouse keeps it. */
import type { ClickHouse } from '../store/index.ts';
import { literal } from '../store/index.ts';
import type { Bitmap } from './bitmap/index.ts';
import { readState } from './bitmap/index.ts';

/** What one evaluation changed. */
export interface MembershipChange {
  /** Counts up, within the audience. */
  readonly version: number;
  /** Epoch ms. */
  readonly evaluated: number;
  readonly entered: Bitmap;
  readonly exited: Bitmap;
}

/** One person's coming or leaving. */
export interface Flip {
  readonly evaluated: number;
  readonly profile: number;
  readonly change: 'entered' | 'exited';
}

/** Where a page begins: so many changes into those of an evaluation. */
export interface FlipPosition {
  readonly version: number;
  readonly skip: number;
}

export interface FlipPage {
  /** Of the newest evaluation first; of one evaluation, those who came before those who left. */
  readonly flips: readonly Flip[];
  /** Null: there are no older ones. */
  readonly next: FlipPosition | null;
}

/** Newest first. */
export async function readChanges(clickhouse: ClickHouse, audience: string): Promise<readonly MembershipChange[]> {
  return await select(clickhouse, `audience = ${literal(audience)}`, '');
}

/** One page, from the newest on or from where the page before ended. Reads no more evaluations than the page has people. */
export async function readFlips(
  clickhouse: ClickHouse,
  audience: string,
  { limit, from }: { readonly limit: number; readonly from: FlipPosition | null },
): Promise<FlipPage> {
  const since = from === null ? '' : ` AND version <= ${literal(from.version)}`;
  const where = `audience = ${literal(audience)}${since} AND bitmapCardinality(entered) + bitmapCardinality(exited) > 0`;
  const changes = await select(clickhouse, where, `LIMIT ${limit + 1}`);
  const flips: Flip[] = [];
  for (const change of changes) {
    const skip = change.version === from?.version ? from.skip : 0;
    const some = flipsOf(change, skip, limit - flips.length);
    flips.push(...some);
    const done = skip + some.length;
    const isWhole = done === change.entered.size + change.exited.size;
    if (!isWhole) return { flips, next: { version: change.version, skip: done } };
  }
  return { flips, next: null };
}

function flipsOf({ evaluated, entered, exited }: MembershipChange, skip: number, limit: number): readonly Flip[] {
  const came = [...entered.page(skip, limit)].map((profile): Flip => ({ evaluated, profile, change: 'entered' }));
  const left = exited.page(Math.max(0, skip - entered.size), limit - came.length);
  return [...came, ...[...left].map((profile): Flip => ({ evaluated, profile, change: 'exited' }))];
}

async function select(clickhouse: ClickHouse, where: string, limit: string): Promise<readonly MembershipChange[]> {
  const bytes = await clickhouse.bytes(
    `SELECT version, toUnixTimestamp64Milli(evaluated), entered, exited FROM membership_changes WHERE ${where}
     ORDER BY version DESC, evaluated DESC ${limit}`,
    'RowBinary',
  );
  const found: MembershipChange[] = [];
  for (let at = 0; at < bytes.length;) {
    const fixed = Buffer.from(bytes.subarray(at, at + 16));
    const entered = readState(bytes, at + 16);
    const exited = readState(bytes, entered.end);
    const [version, evaluated] = [Number(fixed.readBigUInt64LE()), Number(fixed.readBigInt64LE(8))];
    found.push({ version, evaluated, entered: entered.bitmap, exited: exited.bitmap });
    at = exited.end;
  }
  return found;
}
