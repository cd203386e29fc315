/** Scores as they were written: of one person with reasons, and of everybody for files. */
import { scoresOf } from '../../profile/index.ts';
import type { ClickHouse } from '../../store/index.ts';
import { literal } from '../../store/index.ts';
import type { BucketName } from '../model.ts';
import type { Strength } from './factors.ts';

export interface PersonFactor {
  readonly code: string;
  readonly label: string;
  readonly value: string;
  readonly direction: 'up' | 'down';
  readonly importance: Strength;
  readonly contribution: number;
}

export interface PersonScore {
  readonly score: number;
  readonly probability: number;
  readonly percentile: number;
  readonly bucket: BucketName;
  readonly scoredAt: Date;
  readonly modelVersion: number;
  /** The strongest first. */
  readonly factors: readonly PersonFactor[];
}

interface Row {
  readonly run: string;
  readonly score: number;
  readonly probability: number;
  readonly percentile: number;
  readonly bucket: BucketName;
  readonly scored: string;
  readonly version: number;
  readonly codes: readonly string[];
  readonly labels: readonly string[];
  readonly texts: readonly string[];
  readonly importances: readonly Strength[];
  readonly contributions: readonly number[];
  /** Whether they have left the population since. */
  readonly gone: boolean;
}

/** By run. */
export async function readPerson(
  clickhouse: ClickHouse,
  profile: number,
  runs: readonly string[],
): Promise<ReadonlyMap<string, PersonScore>> {
  if (runs.length === 0) return new Map();
  const rows = await clickhouse.query<Row>(
    `SELECT run, score, probability, percentile, bucket, toString(toUnixTimestamp64Milli(scored)) AS scored, version, codes, labels, texts,
       importances, contributions, gone FROM scores WHERE profile = ${literal(profile)} AND run IN ${literal(runs)}
     ORDER BY revision DESC LIMIT 1 BY run`,
  );
  return new Map(rows.filter(({ gone }) => !gone).map((row) => [row.run, scoreOf(row)]));
}

function scoreOf({ codes, labels, texts, importances, contributions, scored, version, ...row }: Row): PersonScore {
  const { score, probability, percentile, bucket } = row;
  const factors = codes.map((code, index): PersonFactor => {
    const contribution = contributions[index] ?? 0;
    const direction = contribution > 0 ? 'up' : 'down';
    return {
      code,
      label: labels[index] ?? code,
      value: texts[index] ?? '',
      direction,
      importance: importances[index] ?? 'low',
      contribution,
    };
  });
  return { score, probability, percentile, bucket, scoredAt: new Date(Number(scored)), modelVersion: version, factors };
}

/** One row a person: all identities, then the score. */
export function exportSql(run: string): string {
  return `SELECT i.identities AS identities, s.score AS score, s.probability AS probability, s.percentile AS percentile, s.bucket AS bucket,
      s.scored AS scoredAt, s.version AS modelVersion, s.labels AS factors, s.texts AS factorValues, s.contributions AS contributions
    FROM (${scoresOf(run)}) AS s
    INNER JOIN (
      SELECT profile, arrayStringConcat(arraySort(groupUniqArray(concat(toString(namespace), ':', id))), ' ') AS identities
      FROM identities GROUP BY profile
    ) AS i ON i.profile = s.profile
    ORDER BY s.margin DESC, s.profile`;
}
