/** Members and what changes them as rows of ClickHouse, in its binary form. */
import { Bytes } from '../schema/index.ts';
import type { Bitmap } from './bitmap/index.ts';
import { toState } from './bitmap/index.ts';
import type { Cause, CauseKind } from './cause.ts';

/** Bytes to begin with. */
const ROOM = 65_536;

export const MEMBER_COLUMNS = ['audience', 'version', 'evaluated', 'members'] as const;

/** Who is in an audience. */
export interface MemberRow {
  readonly audience: string;
  /** Counts up, within the audience. */
  readonly version: number;
  /** Epoch ms. */
  readonly evaluated: number;
  readonly members: Bitmap;
}

export function memberRows(rows: readonly MemberRow[]): Uint8Array {
  const bytes = new Bytes(ROOM);
  for (const { audience, version, evaluated, members } of rows) {
    bytes.text(audience);
    bytes.uint64(version);
    bytes.int64(evaluated);
    bytes.append(toState(members));
  }
  return bytes.take();
}

export const CHANGE_COLUMNS = [
  'audience',
  'version',
  'evaluated',
  'entered',
  'exited',
  'offset',
  'rule',
  'cause',
  'about#profiles',
  'about#causes',
  'about#times',
  'about#events',
] as const;

/** What one evaluation changed. */
export interface ChangeRow extends Pick<MemberRow, 'audience' | 'version' | 'evaluated'> {
  readonly entered: Bitmap;
  readonly exited: Bitmap;
  /** Place of the first change in the log of all. */
  readonly offset: number;
  /** Version of the rule. */
  readonly rule: number;
  /** Of those in `causes`, theirs; of all others this. */
  readonly cause: CauseKind;
  readonly causes: ReadonlyMap<number, Cause>;
}

export function changeRows(rows: readonly ChangeRow[]): Uint8Array {
  const bytes = new Bytes(ROOM);
  for (const row of rows) {
    bytes.text(row.audience);
    bytes.uint64(row.version);
    bytes.int64(row.evaluated);
    bytes.append(toState(row.entered));
    bytes.append(toState(row.exited));
    bytes.uint64(row.offset);
    bytes.uint64(row.rule);
    bytes.text(row.cause);
    const causes = [...row.causes].filter(([profile]) => row.entered.has(profile) || row.exited.has(profile));
    appendList(bytes, causes, ([profile]) => bytes.uint32(profile));
    appendList(bytes, causes, ([, { kind }]) => bytes.text(kind));
    appendList(bytes, causes, ([, { at }]) => bytes.int64(at));
    appendList(bytes, causes, ([, { event }]) => bytes.text(event ?? ''));
  }
  return bytes.take();
}

function appendList<Item>(bytes: Bytes, items: readonly Item[], append: (item: Item) => void): void {
  bytes.varint(items.length);
  for (const item of items) append(item);
}
