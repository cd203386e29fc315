/** A condition on one event, as SQL over the table of events. */
import type { UnionSchema } from '@kindred/pql';
import { resolveInstant } from '@kindred/pql';
import type { ProfileTables } from '../profile/index.ts';
import { SegmentationError } from './errors.ts';
import { planFor } from './plans.ts';
import { NotInSql, selectionCondition } from './sql/index.ts';

export interface EventConditionOptions {
  readonly tables: Pick<ProfileTables, 'layout' | 'lookups'>;
  readonly schema: UnionSchema;
  /** What `now` means in it, epoch ms. */
  readonly now: number;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/**
 * @param condition what may stand within `xEvent[…]`
 * Throws SegmentationError `pql-invalid`, and `event-condition-invalid` for what is about more than the one event.
 */
export function eventConditionSql(condition: string, { tables, schema, now, zone }: EventConditionOptions): string {
  const plan = planFor(`xEvent[${condition}].count() >= 1`, schema);
  const [leaf, ...others] = Object.values(plan.leaves);
  if (leaf?.kind !== 'event' || others.length > 0) throw invalid(condition);
  const layouts = { events: tables.layout('events'), profiles: tables.layout('profiles') };
  const instantOf = (value: Parameters<typeof resolveInstant>[0]): number | null => resolveInstant(value, { now, zone });
  try {
    const lookupTable: Parameters<typeof selectionCondition>[1]['lookupTable'] = (entity) => tables.lookups.tableOf(entity);
    return selectionCondition(leaf.selection, { schema, layouts, lookupTable, now, zone, instantOf });
  } catch (error) {
    if (error instanceof NotInSql) throw invalid(condition);
    throw error;
  }
}

function invalid(condition: string): SegmentationError {
  return new SegmentationError({
    code: 'event-condition-invalid',
    message: `${condition} is no condition on one event that a query can decide.`,
    hint: 'Write it as within xEvent[…], about fields of the event alone: eventType = "commerce.purchases" and commerce.order.priceTotal > 50.',
  });
}
