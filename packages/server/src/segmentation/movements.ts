/** How audiences move: who came and who left, counted where it is kept. */
import type { ClickHouse } from '../store/index.ts';
import { instantLiteral, literal } from '../store/index.ts';

export interface Movement {
  readonly audience: string;
  /** In now, and came since. */
  readonly realized: number;
  /** In now, and were then. */
  readonly existing: number;
  /** Left since, and are not back. */
  readonly exited: number;
}

/** Of the audiences in which somebody came or left since an instant. */
export async function movementsSince(clickhouse: ClickHouse, since: Date): Promise<readonly Movement[]> {
  const rows = await clickhouse.query<{ audience: string; realized: string; size: string; exited: string }>(
    `SELECT audience, bitmapAndCardinality(members, came) AS realized, bitmapCardinality(members) AS size,
            bitmapAndnotCardinality(gone, members) AS exited
     FROM (SELECT audience, groupBitmapMergeState(entered) AS came, groupBitmapMergeState(exited) AS gone
           FROM membership_changes WHERE evaluated >= ${instantLiteral(since.getTime())} GROUP BY audience) AS changes
     INNER JOIN (SELECT audience, members FROM memberships FINAL) AS present USING audience
     ORDER BY audience`,
  );
  return rows.map(({ audience, realized, size, exited }) => ({
    audience,
    realized: Number(realized),
    existing: Number(size) - Number(realized),
    exited: Number(exited),
  }));
}

export interface DailyChange {
  /** 2026-11-27 */
  readonly day: string;
  /** Comings: one who came twice counts twice. */
  readonly entered: number;
  readonly exited: number;
}

/** Days on which somebody came or left, oldest first. @param zone IANA name of the zone whose days they are */
export async function dailyChanges(
  clickhouse: ClickHouse,
  audience: string,
  { since, zone }: { readonly since: Date; readonly zone: string },
): Promise<readonly DailyChange[]> {
  const rows = await clickhouse.query<{ day: string; came: string; gone: string }>(
    `SELECT toString(toDate(evaluated, ${literal(zone)})) AS day, sum(bitmapCardinality(entered)) AS came, sum(bitmapCardinality(exited)) AS gone
     FROM membership_changes WHERE audience = ${literal(audience)} AND evaluated >= ${instantLiteral(since.getTime())}
     GROUP BY day HAVING came + gone > 0 ORDER BY day`,
  );
  return rows.map(({ day, came, gone }) => ({ day, entered: Number(came), exited: Number(gone) }));
}
