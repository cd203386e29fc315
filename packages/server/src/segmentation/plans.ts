/** From the text of a query to its plan, and what other audiences a plan refers to. */
import type { Plan, UnionSchema } from '@kindred/pql';
import { compile } from '@kindred/pql';
import { invalidPql } from './errors.ts';

/** The namespace of audiences that were uploaded, unless told otherwise. */
export const UPLOADS = 'CustomerAudienceUpload';

/** Namespaces in which an audience that does not exist is a mistake. Those of others have no members here, unless they were told. */
const OWN_NAMESPACES: ReadonlySet<string> = new Set(['ups', 'AEPSegments', UPLOADS]);

/**
 * Plans by schema and text, those asked for last at the end: audiences in use are asked for again and again, and compiling some hundred of
 * them keeps everybody else waiting.
 */
const kept = new WeakMap<UnionSchema, Map<string, Plan>>();
/** For one schema: more than there are audiences, since all of them are asked for in turn, and one too many would leave none kept. */
const MOST_KEPT = 20_000;

/** Throws SegmentationError `pql-invalid`. */
export function planFor(pql: string, schema: UnionSchema): Plan {
  const known = kept.get(schema) ?? new Map<string, Plan>();
  kept.set(schema, known);
  const plan = known.get(pql) ?? compiled(pql, schema);
  known.delete(pql);
  known.set(pql, plan);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_KEPT) break;
    known.delete(oldest);
  }
  return plan;
}

function compiled(pql: string, schema: UnionSchema): Plan {
  const { plan, problems } = compile(pql, schema);
  if (plan === null) throw invalidPql(problems);
  return plan;
}

export interface AudienceReference {
  readonly namespace: string;
  readonly id: string;
}

const references = new WeakMap<Plan, readonly AudienceReference[]>();

/** The audiences a plan refers to, each once, in leaves of their own or deep inside of others. */
export function referencesOf(plan: Plan): readonly AudienceReference[] {
  const known = references.get(plan);
  if (known !== undefined) return known;
  const found = new Map<string, AudienceReference>();
  visit(plan.leaves, (reference) => found.set(JSON.stringify(reference), reference));
  references.set(plan, [...found.values()]);
  return [...found.values()];
}

/** Whether a part of a plan, or a value, asks who is in an audience. */
export function readsAudience(part: unknown): boolean {
  let reads = false;
  visit(part, () => (reads = true));
  return reads;
}

export function isOwn({ namespace }: AudienceReference): boolean {
  return OWN_NAMESPACES.has(namespace);
}

/** A plan is plain JSON; what refers to an audience looks the same wherever it stands. */
function visit(part: unknown, use: (reference: AudienceReference) => void): void {
  if (typeof part !== 'object' || part === null) return;
  const { op, kind, namespace, id } = part as Readonly<Record<string, unknown>>;
  if ((op === 'audience' || kind === 'audience') && typeof namespace === 'string' && typeof id === 'string') use({ namespace, id });
  for (const inner of Object.values(part)) visit(inner, use);
}
