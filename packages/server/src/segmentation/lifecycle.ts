/** The states of an audience, the ways between them, and what stands in these ways. */
import type { LifecycleState } from '../store/index.ts';
import type { Definition } from './definition.ts';
import { SegmentationError } from './errors.ts';

/** A published audience never becomes a draft again: others may have built on it. */
const NEXT: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  draft: ['published'],
  published: ['inactive'],
  inactive: ['published'],
};

type Named = Pick<Definition, 'name'>;

/** Whether a job evaluates it: its members do not come from outside, and it is in use. */
export function isEvaluated({ kind, lifecycleState }: Definition): boolean {
  return kind !== 'external' && lifecycleState !== 'inactive';
}

/** Throws SegmentationError `audience-inactive` and `audience-external`. */
export function refuseUnevaluated(definition: Definition): void {
  const { name, lifecycleState } = definition;
  if (lifecycleState === 'inactive') {
    throw new SegmentationError({ code: 'audience-inactive', message: `${name} is inactive.`, hint: 'Publish it to have it evaluated.' });
  }
  refuseExternal(definition);
}

/** Throws SegmentationError `audience-external` and `audience-composed`. */
export function refuseWithoutRule(definition: Definition): void {
  refuseExternal(definition);
  if (definition.kind === 'composition') throw composed(definition, 'has no rule of its own');
}

/** What the composition of an audience says is changed there. Throws SegmentationError `audience-composed`. */
export function refuseComposed(before: Definition, after: Definition): void {
  if (before.kind !== 'composition') return;
  const fixed = ['name', 'pql', 'excludeOptOut', 'mergePolicyId', 'evaluation'] as const;
  const changed = fixed.find((field) => before[field] !== after[field]);
  if (changed !== undefined) throw composed(before, `has its ${changed} from a composition`);
}

/** Throws SegmentationError `audience-composed`. */
export function refusePath(definition: Definition): void {
  if (definition.composition !== null) throw composed(definition, 'cannot be deleted by itself');
}

function composed({ name, composition }: Definition, what: string): SegmentationError {
  return new SegmentationError({
    code: 'audience-composed',
    message: `${name} ${what}: it is a path of a composition.`,
    hint: 'Change the composition and publish it, or delete it with all its audiences.',
    details: { composition: composition?.id },
  });
}

/** Throws SegmentationError `audience-external`. */
function refuseExternal({ name, kind }: Definition): void {
  if (kind !== 'external') return;
  throw new SegmentationError({
    code: 'audience-external',
    message: `${name} has no rule: its members come from outside.`,
    hint: 'Upload another list to change who is in.',
  });
}

/** Throws SegmentationError `audience-lifecycle`. */
export function refuseTransition({ name, lifecycleState }: Pick<Definition, 'name' | 'lifecycleState'>, to: LifecycleState): void {
  if (NEXT[lifecycleState].includes(to)) return;
  throw new SegmentationError({
    code: 'audience-lifecycle',
    message: `${name} is ${lifecycleState} and cannot become ${to}.`,
    hint: `From ${lifecycleState} it can become ${NEXT[lifecycleState].join(' or ')}; it can be deleted.`,
  });
}

/** What a published audience refers to must be published. Throws SegmentationError `audience-lifecycle`. */
export function refuseDrafts({ name }: Named, referred: readonly Definition[]): void {
  const drafts = referred.filter(({ lifecycleState }) => lifecycleState !== 'published');
  if (drafts.length === 0) return;
  throw new SegmentationError({
    code: 'audience-lifecycle',
    message: `${name} cannot be published: it refers to ${listOf(drafts)}, not published yet.`,
    hint: 'Publish these first, or all together with "publishReferred": true; a draft may refer to drafts.',
    details: drafts.map(({ id }) => id),
  });
}

/** Throws SegmentationError `audience-in-use`. */
export function refuseUse({ name }: Named, dependents: readonly Definition[], what: 'deleted' | 'deactivated'): void {
  if (dependents.length === 0) return;
  throw new SegmentationError({
    code: 'audience-in-use',
    message: `${name} cannot be ${what}: ${listOf(dependents)} ${dependents.length === 1 ? 'refers' : 'refer'} to it.`,
    hint: 'Take it out of these rules and compositions first.',
    details: dependents.map(({ id }) => id),
  });
}

function listOf(definitions: readonly Named[]): string {
  return definitions.map(({ name }) => name).join(', ');
}
