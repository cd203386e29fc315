/** Who is one condition away from a query, as the API shows it. */
import type { Member, NearMisses as NearMissesBody } from '@kindred/contract';
import type { NearMisses } from '../segmentation/index.ts';
import { membersOf } from './members.ts';
import type { Rooms } from './rooms.ts';

/** People shown of each condition. */
const SHOWN = 3;

export async function nearMissesBody(
  { segmentation, tables }: Pick<Rooms, 'segmentation' | 'tables'>,
  { conditions, people }: NearMisses,
): Promise<Pick<NearMissesBody, 'missing' | 'conditions'>> {
  const samples = conditions.map((each) => segmentation.sampleOf(each.people, SHOWN));
  const shown = await membersOf(tables, [...new Set(samples.flat())]);
  const byOrdinal = new Map(shown.map((member): readonly [number, Member] => [member.profile, member]));
  return {
    missing: people.size,
    conditions: conditions.map(({ condition: { path, span, label }, holds, people: missing }, index) => ({
      path,
      span: { ...span },
      label,
      holds,
      people: missing.size,
      sample: (samples[index] ?? []).flatMap((profile) => byOrdinal.get(profile) ?? []),
    })),
  };
}
