/** Who came into audiences and left them, evaluation by evaluation, as ClickHouse keeps it. */
import type { ClickHouse } from '../store/index.ts';
import { literal } from '../store/index.ts';
import { Bitmap, readState } from './bitmap/index.ts';
import type { Cause, CauseKind } from './cause.ts';
import type { ChangeRow } from './membership-rows.ts';

/** One person's coming or leaving. */
export interface Flip {
  /** Place in the log of all; null: from before there was one. */
  readonly offset: number | null;
  readonly audience: string;
  /** Version of the rule; 0: from before that was kept. */
  readonly rule: number;
  readonly profile: number;
  readonly change: 'entered' | 'exited';
  /** When it was decided, epoch ms. */
  readonly evaluated: number;
  readonly cause: Cause;
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

export interface LogQuery {
  /** The first place wanted. */
  readonly from: number;
  /** The first place not wanted. */
  readonly until: number;
  readonly limit: number;
  readonly audiences?: readonly string[] | undefined;
  /** Ordinals that one person has and had. */
  readonly profiles?: readonly number[] | undefined;
}

export interface LogPage {
  /** Oldest first. */
  readonly flips: readonly Flip[];
  /** The first place not looked at. */
  readonly next: number;
}

const SIZE = 'bitmapCardinality(entered) + bitmapCardinality(exited)';

/** Newest first. */
export async function readChanges(clickhouse: ClickHouse, audience: string): Promise<readonly ChangeRow[]> {
  return await select(clickhouse, `audience = ${literal(audience)} ORDER BY version DESC, evaluated DESC`);
}

/** Those after a version of each audience, by audience, oldest first. */
export async function readChangesAfter(
  clickhouse: ClickHouse,
  versions: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, readonly ChangeRow[]>> {
  const audiences = literal([...versions.keys()]);
  const after = `transform(audience, ${audiences}, CAST(${literal([...versions.values()])} AS Array(UInt64)), toUInt64(0))`;
  const changes = await select(clickhouse, `audience IN ${audiences} AND version > ${after} ORDER BY audience, version`);
  return Map.groupBy(changes, ({ audience }) => audience);
}

/** One page, from the newest on or from where the page before ended. Reads no more evaluations than the page has people. */
export async function readFlips(
  clickhouse: ClickHouse,
  audience: string,
  { limit, from }: { readonly limit: number; readonly from: FlipPosition | null },
): Promise<FlipPage> {
  const since = from === null ? '' : ` AND version <= ${literal(from.version)}`;
  const where = `audience = ${literal(audience)}${since} AND ${SIZE} > 0 ORDER BY version DESC, evaluated DESC LIMIT ${limit + 1}`;
  const flips: Flip[] = [];
  for (const change of await select(clickhouse, where)) {
    const skip = change.version === from?.version ? from.skip : 0;
    const some = flipsOf(change, skip, limit - flips.length);
    flips.push(...some);
    const done = skip + some.length;
    const isWhole = done === change.entered.size + change.exited.size;
    if (!isWhole) return { flips, next: { version: change.version, skip: done } };
  }
  return { flips, next: null };
}

/** A stretch of the log of all changes. Reads no more evaluations than the page has people. */
export async function readLog(clickhouse: ClickHouse, query: LogQuery): Promise<LogPage> {
  const { from, until, limit, audiences, profiles } = query;
  const line = profiles === undefined ? '' : bitmapOf(profiles);
  const where = [
    // The change that the place is in can begin before it. Found by numbers alone, so that of the rest no bitmap is read.
    `offset > 0 AND offset >= (SELECT max(offset) FROM membership_changes WHERE offset <= ${literal(from)})`,
    `offset + ${SIZE} > ${literal(from)} AND offset < ${literal(until)}`,
    ...(audiences === undefined && profiles === undefined ? [`offset < ${enough(query)}`] : []),
    ...(audiences === undefined ? [] : [`audience IN ${literal(audiences)}`]),
    ...(profiles === undefined ? [] : [`(bitmapHasAny(entered, ${line}) OR bitmapHasAny(exited, ${line}))`]),
  ];
  return pageOf(await select(clickhouse, `${where.join(' AND ')} ORDER BY offset LIMIT ${limit + 1}`), query);
}

/** The place before which there are more changes than a page takes: what comes behind need not be read. */
function enough({ from, until, limit }: LogQuery): string {
  // A change that moved nobody has the place of the next one; every other has one of its own.
  const places = `SELECT DISTINCT offset FROM membership_changes WHERE offset > ${literal(from)} ORDER BY offset LIMIT 1 OFFSET ${limit + 1}`;
  return `coalesce((${places}), ${literal(until)})`;
}

/** The stretch of the log that some changes have, in their order. */
export function pageOf(changes: readonly ChangeRow[], { from, until, limit, audiences, profiles }: LogQuery): LogPage {
  const flips: Flip[] = [];
  const person = profiles && Bitmap.of(profiles);
  const asked = audiences && new Set(audiences);
  for (const change of changes) {
    if (change.offset >= until || asked?.has(change.audience) === false) continue;
    const skip = Math.max(0, from - change.offset);
    const found = person === undefined ? flipsOf(change, skip, limit + 1 - flips.length) : flipsAmong(change, skip, person);
    flips.push(...found);
    if (flips.length > limit) return { flips: flips.slice(0, limit), next: flips[limit]?.offset ?? until };
  }
  return { flips, next: Math.max(from, until) };
}

/** The place after the last change; 1 when there is none. */
export async function endOfLog(clickhouse: ClickHouse): Promise<number> {
  // Found by numbers alone: of the rest of the log, which can be long, no bitmap is read.
  const [row] = await clickhouse.query<{ end: string }>(
    `SELECT max(offset + ${SIZE}) AS end FROM membership_changes
     WHERE offset > 0 AND offset = (SELECT max(offset) FROM membership_changes)`,
  );
  return Math.max(1, Number(row?.end ?? 0));
}

/** Some ordinals as a bitmap of the engine. */
export function bitmapOf(profiles: Iterable<number>): string {
  return `bitmapBuild(CAST(${literal([...profiles])} AS Array(UInt32)))`;
}

function flipsOf(change: ChangeRow, skip: number, limit: number): readonly Flip[] {
  const { entered, exited } = change;
  const came = [...entered.page(skip, limit)].map((profile, index) => flipOf(change, profile, skip + index));
  const gone = Math.max(0, skip - entered.size);
  const left = [...exited.page(gone, limit - came.length)].map((profile, index) => flipOf(change, profile, entered.size + gone + index));
  return [...came, ...left];
}

/** Of a few people; their places are found by looking through all. */
function flipsAmong(change: ChangeRow, skip: number, people: Bitmap): readonly Flip[] {
  const { entered, exited } = change;
  const touched = (set: Bitmap): boolean => set.and(people).size > 0;
  const places = [
    ...(touched(entered) ? [...entered.toArray()].map((profile, index) => ({ profile, index })) : []),
    ...(touched(exited) ? [...exited.toArray()].map((profile, index) => ({ profile, index: entered.size + index })) : []),
  ];
  return places.flatMap(({ profile, index }) => (index >= skip && people.has(profile) ? [flipOf(change, profile, index)] : []));
}

function flipOf(change: ChangeRow, profile: number, index: number): Flip {
  const { audience, rule, evaluated, offset, entered } = change;
  return {
    offset: offset === 0 ? null : offset + index,
    audience,
    rule,
    profile,
    change: index < entered.size ? 'entered' : 'exited',
    evaluated,
    cause: change.causes.get(profile) ?? { kind: change.cause, event: null, at: evaluated },
  };
}

const COLUMNS = `audience, version, toUnixTimestamp64Milli(evaluated), entered, exited, offset, rule, cause,
  \`about#profiles\`, \`about#causes\`, arrayMap(at -> toUnixTimestamp64Milli(at), \`about#times\`), \`about#events\``;

async function select(clickhouse: ClickHouse, where: string): Promise<readonly ChangeRow[]> {
  const bytes = await clickhouse.bytes(`SELECT ${COLUMNS} FROM membership_changes WHERE ${where}`, 'RowBinary');
  const input = new Input(bytes);
  const found: ChangeRow[] = [];
  while (!input.done) found.push(readRow(input));
  return found;
}

function readRow(input: Input): ChangeRow {
  const [audience, version, evaluated] = [input.text(), input.uint64(), input.uint64()];
  const [entered, exited] = [input.bitmap(), input.bitmap()];
  const [offset, rule, cause] = [input.uint64(), input.uint64(), input.text() as CauseKind];
  const profiles = input.list(() => input.uint32());
  const kinds = input.list(() => input.text() as CauseKind);
  const times = input.list(() => input.uint64());
  const events = input.list(() => input.text());
  const causes = new Map<number, Cause>();
  for (const [index, profile] of profiles.entries()) {
    const event = events[index] ?? '';
    causes.set(profile, { kind: kinds[index] ?? cause, event: event === '' ? null : event, at: times[index] ?? evaluated });
  }
  return { audience, version, evaluated, entered, exited, offset, rule, cause, causes };
}

/** Reads what the engine writes as RowBinary. */
class Input {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  uint32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  uint64(): number {
    this.#at += 8;
    return Number(this.#view.getBigInt64(this.#at - 8, true));
  }

  text(): string {
    const length = this.#length();
    this.#at += length;
    return Buffer.from(this.#bytes.subarray(this.#at - length, this.#at)).toString();
  }

  bitmap(): Bitmap {
    const { bitmap, end } = readState(this.#bytes, this.#at);
    this.#at = end;
    return bitmap;
  }

  list<Item>(read: () => Item): readonly Item[] {
    return Array.from({ length: this.#length() }, read);
  }

  /** LEB128. */
  #length(): number {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
      shift += 7;
    }
  }
}
