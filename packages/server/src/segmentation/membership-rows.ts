/** Members and what changes them as rows of ClickHouse, in its binary form. */
import type { Bitmap } from './bitmap/index.ts';
import { toState } from './bitmap/index.ts';
import type { Cause, CauseKind } from './cause.ts';

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

export function memberRow({ audience, version, evaluated, members }: MemberRow): Buffer {
  return Buffer.concat([text(audience), uint64(version), uint64(evaluated), toState(members)]);
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

export function changeRow(row: ChangeRow): Buffer {
  const causes = [...row.causes].filter(([profile]) => row.entered.has(profile) || row.exited.has(profile));
  return Buffer.concat([
    text(row.audience),
    uint64(row.version),
    uint64(row.evaluated),
    toState(row.entered),
    toState(row.exited),
    uint64(row.offset),
    uint64(row.rule),
    text(row.cause),
    list(causes, ([profile]) => uint32(profile)),
    list(causes, ([, { kind }]) => text(kind)),
    list(causes, ([, { at }]) => uint64(at)),
    list(causes, ([, { event }]) => text(event ?? '')),
  ]);
}

function list<Item>(items: readonly Item[], write: (item: Item) => Buffer): Buffer {
  return Buffer.concat([length(items.length), ...items.map(write)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([length(bytes.length), bytes]);
}

/** LEB128. */
function length(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}
