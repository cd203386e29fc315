/** Why a person is in an audience, or is not: decided on the person's own document by the reference evaluator. */
import type { DataObject, EvaluationContext, Referred, UnionSchema, WhyNode } from '@kindred/pql';
import { evaluate, waysIn, why } from '@kindred/pql';
import type { ReadableTables } from '../profile/index.ts';
import { readDocuments } from '../profile/index.ts';
import { inShare } from './composition/choice.ts';
import { explainChoice } from './composition/explain.ts';
import type { Definition, Definitions } from './definitions.ts';
import type { Planned } from './dependencies.ts';
import { inLevels, keysOf } from './dependencies.ts';
import { audienceKey } from './evaluation.ts';
import type { ExternalAudiences } from './external.ts';
import { planFor } from './plans.ts';

export interface Explained {
  readonly evidence: WhyNode;
  /** Of somebody who is out: ways in, the nearest first; of each, all that must change, in words. */
  readonly missing: readonly (readonly string[])[];
}

export interface Why extends Explained {
  readonly definition: Definition;
  readonly member: boolean;
  readonly evaluatedAt: Date;
}

export interface WhyOptions {
  readonly definitions: Definitions;
  /** What reads people as a merge policy sees them; null: the default policy. */
  readonly tablesOf: (mergePolicyId: string | null) => Promise<ReadableTables>;
  readonly external: Pick<ExternalAudiences, 'getMany'>;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** Throws SegmentationError `audience-not-found`. A profile that does not exist has neither attributes nor events. */
export async function whyMember(audience: string, profile: number, now: Date, options: WhyOptions): Promise<Why> {
  const definition = await options.definitions.get(audience);
  const explained = await explain(options.definitions.planOf(definition), profile, now, options);
  return { ...explained, definition, member: explained.evidence.holds, evaluatedAt: now };
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
): Promise<Explained> {
  const plan = planFor(query.pql, options.schema);
  return await explain({ id: '', name: 'The query', plan, mergePolicyId: query.mergePolicyId ?? null }, profile, now, options);
}

async function explain(planned: Planned, profile: number, now: Date, options: WhyOptions): Promise<Explained> {
  const { definitions, tablesOf, zone } = options;
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
  const levels = await inLevels([planned], (reference) => definitions.planned(reference));
  const members = await memberships(levels.flat(), person);
  const isMember = (namespace: string, id: string): boolean => members.has(audienceKey(namespace, id));
  if (planned.outside && planned.choice === undefined)
    return givenMembership(isMember('ups', planned.id), await expiryOf(planned, options));
  const referred = new Map<string, Referred>();
  for (const each of levels.flat()) {
    const found = each.outside
      ? { holds: isMember('ups', each.id), until: await expiryOf(each, options) }
      : { plan: each.plan, document: await documentBy(each) };
    for (const key of keysOf(each)) referred.set(key, found);
  }
  const context = { now: person.now, zone, isMember, lookup };
  const document = await documentBy(planned);
  const rule = {
    evidence: why(planned.plan, document, { ...context, referred: (namespace, id) => referred.get(audienceKey(namespace, id)) }),
    missing: waysIn(planned.plan, document, context).map(({ sentences }) => sentences),
  };
  return planned.choice === undefined ? rule : explainChoice(rule, planned.choice, { profile, member: isMember('ups', planned.id) });
}

/** Epoch ms, when a list from outside ends; null: never. */
async function expiryOf({ id }: Planned, { external }: WhyOptions): Promise<number | null> {
  return (await external.getMany([id])).get(id)?.expiresAt?.getTime() ?? null;
}

/** Who is in came from outside; there is no more to tell. */
function givenMembership(holds: boolean, expiry: number | null): Explained {
  const evidence: WhyNode = {
    kind: 'audience',
    holds,
    label: holds ? 'is in the list that was uploaded' : 'is not in the list that was uploaded',
    until: holds ? expiry : null,
    exact: true,
    evidence: [],
    children: [],
  };
  return { evidence, missing: holds ? [] : [['must be in the list that is uploaded']] };
}

interface Person {
  readonly profile: number;
  /** What is known of the person, as the merge policy of an audience has it. */
  readonly documentBy: (audience: Planned) => Promise<DataObject>;
  readonly lookup: NonNullable<EvaluationContext['lookup']>;
  readonly now: number;
  readonly zone: string;
}

/** Keys of those of the audiences, each after those it refers to, that the person is in at the same instant. */
async function memberships(
  audiences: readonly Planned[],
  { profile, documentBy, lookup, now, zone }: Person,
): Promise<ReadonlySet<string>> {
  const members = new Set<string>();
  const isMember = (namespace: string, id: string): boolean => members.has(audienceKey(namespace, id));
  for (const each of audiences) {
    const given = each.choice?.kind === 'share' ? undefined : await each.outside?.members(now);
    const holds = given?.has(profile) ?? evaluate(each.plan.test, await documentBy(each), { now, zone, isMember, lookup });
    const chosen = each.choice?.kind !== 'share' || inShare(each.choice, profile);
    if (holds && chosen) for (const key of keysOf(each)) members.add(key);
  }
  return members;
}
