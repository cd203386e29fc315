/** Why a person is in an audience, or is not: decided on the person's own document by the reference evaluator. */
import type { DataObject, EvaluationContext, UnionSchema, WhyNode } from '@kindred/pql';
import { evaluate, why } from '@kindred/pql';
import type { Definition, Definitions } from './definitions.ts';
import type { FindPlanned, Planned } from './dependencies.ts';
import { inLevels } from './dependencies.ts';
import { isOwn, planFor } from './plans.ts';
import type { ReadDocuments } from './reference.ts';

export interface Why {
  readonly definition: Definition;
  readonly member: boolean;
  readonly evaluatedAt: Date;
  readonly evidence: WhyNode;
}

export interface WhyOptions {
  readonly definitions: Definitions;
  readonly schema: UnionSchema;
  readonly readDocuments: ReadDocuments;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** Throws SegmentationError `audience-not-found`. A profile that does not exist has neither attributes nor events. */
export async function whyMember(audience: string, profile: number, now: Date, options: WhyOptions): Promise<Why> {
  const definition = await options.definitions.get(audience);
  const planned = { id: audience, name: definition.name, plan: planFor(definition.pql, options.schema) };
  const document = (await options.readDocuments([profile])).get(profile) ?? {};
  const isMember = await memberOfOthers(planned, (id) => options.definitions.planned(id), {
    document,
    now: now.getTime(),
    zone: options.zone,
  });
  const evidence = why(planned.plan, document, { now: now.getTime(), zone: options.zone, isMember });
  return { definition, member: evidence.holds, evaluatedAt: now, evidence };
}

interface Person {
  readonly document: DataObject;
  readonly now: number;
  readonly zone: string;
}

/** Whether the person is in the audiences that a rule depends on, at the same instant. */
async function memberOfOthers(
  planned: Planned,
  find: FindPlanned,
  { document, now, zone }: Person,
): Promise<NonNullable<EvaluationContext['isMember']>> {
  const members = new Map<string, boolean>();
  const isMember = (namespace: string, id: string): boolean => isOwn({ namespace, id }) && members.get(id) === true;
  for (const { id, plan } of (await inLevels([planned], find)).flat())
    members.set(id, evaluate(plan.test, document, { now, zone, isMember }));
  return isMember;
}
