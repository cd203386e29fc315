/** Why a person is in an audience, or is not: decided on the person's own document by the reference evaluator. */
import type { DataObject, EvaluationContext, UnionSchema, WhyNode } from '@kindred/pql';
import { evaluate, why } from '@kindred/pql';
import type { ReadableTables } from '../profile/index.ts';
import { readDocuments } from '../profile/index.ts';
import type { Definition, Definitions } from './definitions.ts';
import type { FindPlanned, Planned } from './dependencies.ts';
import { inLevels, keysOf } from './dependencies.ts';
import { audienceKey } from './evaluation.ts';
import { planFor } from './plans.ts';

export interface Why {
  readonly definition: Definition;
  readonly member: boolean;
  readonly evaluatedAt: Date;
  readonly evidence: WhyNode;
}

export interface WhyOptions {
  readonly definitions: Definitions;
  /** What reads people as a merge policy sees them; null: the default policy. */
  readonly tablesOf: (mergePolicyId: string | null) => Promise<ReadableTables>;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** Throws SegmentationError `audience-not-found`. A profile that does not exist has neither attributes nor events. */
export async function whyMember(audience: string, profile: number, now: Date, options: WhyOptions): Promise<Why> {
  const definition = await options.definitions.get(audience);
  const evidence = await explain(options.definitions.planOf(definition), profile, now, options);
  return { definition, member: evidence.holds, evaluatedAt: now, evidence };
}

export interface QueryWhyOptions extends WhyOptions {
  /** What the query is about. */
  readonly schema: UnionSchema;
}

/** Why a query holds for a person, or does not. Throws SegmentationError `pql-invalid`, `audience-reference-unknown`. */
export async function whyQuery(
  query: { readonly pql: string; readonly mergePolicyId?: string | undefined },
  profile: number,
  now: Date,
  options: QueryWhyOptions,
): Promise<WhyNode> {
  const plan = planFor(query.pql, options.schema);
  return await explain({ id: '', name: 'The query', plan, mergePolicyId: query.mergePolicyId ?? null }, profile, now, options);
}

async function explain(planned: Planned, profile: number, now: Date, { definitions, tablesOf, zone }: WhyOptions): Promise<WhyNode> {
  const documents = new Map<string | null, DataObject>();
  const documentBy: Person['documentBy'] = async ({ mergePolicyId = null }) => {
    const known = documents.get(mergePolicyId);
    if (known !== undefined) return known;
    const document = (await readDocuments(await tablesOf(mergePolicyId), [profile])).get(profile) ?? {};
    documents.set(mergePolicyId, document as DataObject);
    return document as DataObject;
  };
  const { lookups } = await tablesOf(planned.mergePolicyId ?? null);
  const lookup: Person['lookup'] = (entity, id) => lookups.get(entity, id);
  const person = { profile, documentBy, lookup, now: now.getTime(), zone };
  const isMember = await memberships(planned, (reference) => definitions.planned(reference), person);
  return planned.outside
    ? givenMembership(isMember('ups', planned.id))
    : why(planned.plan, await documentBy(planned), { now: person.now, zone, isMember, lookup });
}

/** Who is in came from outside; there is no more to tell. */
function givenMembership(holds: boolean): WhyNode {
  return {
    kind: 'audience',
    holds,
    label: holds ? 'is in the list that was uploaded' : 'is not in the list that was uploaded',
    evidence: [],
    children: [],
  };
}

interface Person {
  readonly profile: number;
  /** What is known of the person, as the merge policy of an audience has it. */
  readonly documentBy: (audience: Planned) => Promise<DataObject>;
  readonly lookup: NonNullable<EvaluationContext['lookup']>;
  readonly now: number;
  readonly zone: string;
}

/** Whether the person is in an audience or in those it depends on, at the same instant. */
async function memberships(
  planned: Planned,
  find: FindPlanned,
  { profile, documentBy, lookup, now, zone }: Person,
): Promise<NonNullable<EvaluationContext['isMember']>> {
  const members = new Set<string>();
  const isMember = (namespace: string, id: string): boolean => members.has(audienceKey(namespace, id));
  for (const each of (await inLevels([planned], find)).flat()) {
    const given = await each.outside?.members(now);
    const holds = given?.has(profile) ?? evaluate(each.plan.test, await documentBy(each), { now, zone, isMember, lookup });
    if (holds) for (const key of keysOf(each)) members.add(key);
  }
  return isMember;
}
