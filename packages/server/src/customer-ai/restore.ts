/** Puts scores in force after a start, before anybody reads profiles. */
import type { Kysely } from 'kysely';
import type { ProfileTables } from '../profile/index.ts';
import type { Database } from '../store/index.ts';
import { predictionOf } from './definitions.ts';

export async function restoreScores(db: Kysely<Database>, tables: ProfileTables): Promise<void> {
  const rows = await db.selectFrom('predictions').selectAll().where('scores', 'is not', null).execute();
  for (const { key, name, scores } of rows.map(predictionOf))
    if (scores !== null) {
      const { run, previous } = scores;
      await tables.putScores({ key, title: name, run, previous: previous?.run ?? null }, () => Promise.resolve());
    }
}
