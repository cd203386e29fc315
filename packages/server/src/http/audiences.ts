/** Our audiences as the API shows them, and the steps that several paths share. */
import type { Audience as AudienceBody } from '@kindred/contract';
import type { Audience, DefinitionChange, NewDefinition } from '../segmentation/index.ts';
import type { Rooms } from './rooms.ts';

/** Who asks for evaluations and makes rules. */
export const SOURCE = 'api';

export function audienceBody({ last, createdAt, updatedAt, ...definition }: Audience): AudienceBody {
  const { id, name, description, pql, evaluation, lifecycleState, version } = definition;
  return {
    id,
    name,
    description,
    pql,
    size: last?.size ?? null,
    evaluation,
    lifecycleState,
    lastEvaluated: last?.evaluatedAt.toISOString() ?? null,
    tookMs: last?.tookMs ?? null,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** Creates and evaluates: an audience that cannot be evaluated is not created. Throws SegmentationError. */
export async function createAudience(rooms: Rooms, input: Omit<NewDefinition, 'createdBy'>): Promise<Audience> {
  const { segmentation, clock } = rooms;
  const { id } = await segmentation.definitions.create({ ...input, createdBy: SOURCE }, clock());
  try {
    return await evaluateAudience(rooms, id);
  } catch (error) {
    await segmentation.audiences.delete(id, clock());
    throw error;
  }
}

/** A new rule is evaluated. Throws SegmentationError. */
export async function updateAudience(rooms: Rooms, id: string, change: DefinitionChange): Promise<Audience> {
  const { segmentation, clock } = rooms;
  const before = await segmentation.definitions.get(id);
  const after = await segmentation.definitions.update(id, change, clock());
  const evaluate = after.version !== before.version && after.lifecycleState !== 'inactive';
  return evaluate ? evaluateAudience(rooms, id) : segmentation.audiences.get(id);
}

export async function evaluateAudience({ segmentation, metrics }: Rooms, id: string): Promise<Audience> {
  const audience = await segmentation.audiences.evaluate(id, SOURCE);
  if (audience.last) metrics.evaluations.observe({ kind: 'audience' }, audience.last.tookMs / 1000);
  return audience;
}
