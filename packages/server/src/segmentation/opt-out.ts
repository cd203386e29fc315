/** Leaving out people who want nothing of us: one more condition of the rule, so that every engine knows it. */
import type { Plan, UnionSchema } from '@kindred/pql';
import { planOf } from '@kindred/pql';
import { planFor } from './plans.ts';

/** True for whoever has not opted out of everything; who said nothing has not. */
const NOT_OPTED_OUT = 'not (privacyOptOuts[optOutType = "general_opt_out" and optOutValue = "out"]) and not (optInOut.globalOptout = true)';

/** The plan of a rule and the condition. Throws SegmentationError `pql-invalid` when the schema has no such fields. */
export function withoutOptedOut({ test }: Plan, schema: UnionSchema): Plan {
  return planOf({ op: 'and', terms: [test, planFor(NOT_OPTED_OUT, schema).test] });
}
