/** Our audiences as the API shows them, and the steps that several paths share. */
import type { Audience as AudienceBody } from '@kindred/contract';
import type { Audience, DefinitionChange, NewDefinition } from '../segmentation/index.ts';
import { ALL, choiceInWords, refuseWithoutRule } from '../segmentation/index.ts';
import type { Rooms } from './rooms.ts';

/** Who asks for evaluations. */
export const SOURCE = 'api';

export function audienceBody(audience: Audience, now: Date): AudienceBody {
  const { last, external, createdAt, updatedAt } = audience;
  return {
    id: audience.id,
    name: audience.name,
    description: audience.description,
    kind: audience.kind,
    pql: audience.pql,
    size: last?.size ?? null,
    evaluation: audience.evaluation,
    excludeOptOut: audience.excludeOptOut,
    mergePolicyId: audience.mergePolicyId,
    lifecycleState: audience.lifecycleState,
    labels: [...audience.labels],
    tags: [...audience.tags],
    folderId: audience.folderId,
    ttlInDays: audience.ttlInDays,
    origin: audience.origin,
    external: external && externalBody(audience, external, now),
    composition: compositionPath(audience),
    lastEvaluated: last?.evaluatedAt.toISOString() ?? null,
    tookMs: last?.tookMs ?? null,
    version: audience.version,
    createdAt: createdAt.toISOString(),
    createdBy: audience.createdBy,
    updatedAt: updatedAt.toISOString(),
    updatedBy: audience.updatedBy,
  };
}

function compositionPath({ composition, choice }: Audience): AudienceBody['composition'] {
  return composition && { ...composition, choice: choice && choiceInWords(choice) };
}

function externalBody(
  { id, externalId, namespace }: Audience,
  details: NonNullable<Audience['external']>,
  now: Date,
): NonNullable<AudienceBody['external']> {
  const { identity, fields, profileIngestion, ingestedAt, expiresAt } = details;
  return {
    audienceId: externalId ?? id,
    namespace,
    identity,
    fields: fields && fields.map(({ labels, ...field }) => ({ ...field, ...(labels && { labels: [...labels] }) })),
    profileIngestion,
    ingestedAt: ingestedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
    expired: expiresAt !== null && expiresAt <= now,
  };
}

/** Creates and evaluates: an audience that cannot be evaluated is not created. Throws SegmentationError. */
export async function createAudience(rooms: Rooms, input: NewDefinition): Promise<Audience> {
  const { segmentation, clock } = rooms;
  const { id } = await segmentation.definitions.create(input, clock());
  try {
    return await evaluateAudience(rooms, id);
  } catch (error) {
    await segmentation.audiences.delete(id, clock());
    throw error;
  }
}

/** A new rule is evaluated, and one that sees profiles otherwise, unless told otherwise. Throws SegmentationError. */
export async function updateAudience(rooms: Rooms, id: string, change: DefinitionChange, { evaluate = true } = {}): Promise<Audience> {
  const { segmentation, clock } = rooms;
  const before = await segmentation.definitions.get(id);
  const after = await segmentation.definitions.update(id, change, clock());
  if (after.kind === 'external' && change.ttlInDays !== undefined) await segmentation.external.renew(after, clock());
  const isOther = after.version !== before.version || after.mergePolicyId !== before.mergePolicyId;
  const stale = isOther && after.lifecycleState !== 'inactive';
  return evaluate && stale ? evaluateAudience(rooms, id) : segmentation.audiences.get(id);
}

/** As a draft, evaluated, beside the original. Throws SegmentationError. */
export async function copyAudience(
  rooms: Rooms,
  id: string,
  { name, by }: { readonly name?: string | undefined; readonly by: string },
): Promise<Audience> {
  const { definitions } = rooms.segmentation;
  const original = await definitions.get(id);
  refuseWithoutRule(original);
  const { description, pql, json, excludeOptOut, evaluation, labels, tags, folderId, ttlInDays, mergePolicyId, documented } = original;
  const content = { description, pql, json, excludeOptOut, evaluation, labels, tags, folderId, ttlInDays, mergePolicyId, documented };
  return await createAudience(rooms, {
    ...content,
    name: name ?? (await freeName(rooms, `Copy of ${original.name}`)),
    lifecycleState: 'draft',
    createdBy: by,
  });
}

/** The name, with a number behind it when it is taken. */
async function freeName({ segmentation }: Rooms, wanted: string): Promise<string> {
  const base = wanted.slice(0, 250);
  const { definitions } = await segmentation.definitions.list({ name: base });
  const taken = new Set(definitions.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base} ${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Evaluates every audience, and waits for it: people have parted or joined. Gives the id of the segment job. */
export async function evaluateEverything({ segmentation }: Rooms): Promise<string> {
  const { id } = await segmentation.jobs.create([ALL], 'identity');
  await segmentation.jobs.ended(id);
  return id;
}

export async function evaluateAudience({ segmentation, metrics }: Rooms, id: string): Promise<Audience> {
  const audience = await segmentation.audiences.evaluate(id, SOURCE);
  if (audience.last) metrics.evaluations.observe({ kind: 'audience' }, audience.last.tookMs / 1000);
  return audience;
}
