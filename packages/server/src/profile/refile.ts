/**
 * Files events under the identities that count most by the rules in force: they were filed by the rules of their time. Events of before
 * the table kept all identities of a record stay where they are. Can be repeated from any point.
 */
import type { Identities } from '../identity/index.ts';
import type { ClickHouse } from '../store/index.ts';
import { literal } from '../store/index.ts';

/** Profiles read at once. */
const AT_ONCE = 1_000_000;

const NUMBERS = '`identity#numbers`';
const NAMESPACES = '`identity#namespaces`';

/** Tells `identities` which rows of which profiles are filed elsewhere now: what of them has to move. Durable when the moves are. */
export async function refile(clickhouse: ClickHouse, identities: Identities): Promise<void> {
  const wanted = await wantedIdentity(clickhouse, identities);
  if (wanted === null) return;
  const misfiled = `notEmpty(${NUMBERS}) AND identity != ${wanted}`;
  const [range] = await clickhouse.query<{ rows: string; first: number; last: number }>(
    `SELECT count() AS rows, min(profile) AS first, max(profile) AS last FROM events WHERE ${misfiled}`,
  );
  if (range === undefined || Number(range.rows) === 0) return;
  for (let from = range.first; from <= range.last; from += AT_ONCE) {
    identities.refiled(
      await clickhouse.query<{ number: number; profile: number }>(
        `SELECT DISTINCT ${wanted} AS number, profile FROM events WHERE ${misfiled} AND profile >= ${from} AND profile < ${from + AT_ONCE}`,
      ),
    );
  }
  await clickhouse.command(`ALTER TABLE events UPDATE identity = ${wanted} WHERE ${misfiled} SETTINGS mutations_sync = 2`);
}

/** The number of the identity that counts most, in SQL: of equal ones the first, of those that are still there. Null: no event has several. */
async function wantedIdentity(clickhouse: ClickHouse, identities: Identities): Promise<string | null> {
  const rows = await clickhouse.query<{ namespace: string }>(`SELECT DISTINCT arrayJoin(${NAMESPACES}) AS namespace FROM events`);
  if (rows.length === 0) return null;
  const codes = rows.map(({ namespace }) => namespace);
  const ranks = literal(codes.map((code) => identities.rankOf(code)));
  let gone: readonly number[] = [];
  for (;;) {
    const rank = `transform(toString(code), ${literal(codes)}, ${ranks}, ${LAST})`;
    const rankOf = gone.length === 0 ? rank : `if(each IN ${literal(gone)}, ${LAST}, ${rank})`;
    const all = `arrayMap((each, code) -> toUInt32(${rankOf}), ${NUMBERS}, ${NAMESPACES})`;
    const wanted = `${NUMBERS}[indexOf(${all}, arrayMin(${all}))]`;
    const found = await clickhouse.query<{ number: number }>(
      `SELECT DISTINCT ${wanted} AS number FROM events WHERE notEmpty(${NUMBERS}) AND identity != ${wanted}`,
    );
    const more = found.map(({ number }) => number).filter((number) => !identities.has(number));
    if (more.length === 0) return wanted;
    gone = [...gone, ...more];
  }
}

/** Counts less than all others. */
const LAST = 1_000_000;
