/** What can be put on the canvas, and the nodes it becomes there. */
import { ANY_EVENT, AT_LEAST_ONE, common, container } from '@kindred/pql';
import type { AttributeRule, EventCard, FieldPath, RuleNode, Step, Type } from '@kindred/pql';
import { memberType } from './field-type.ts';
import { initialTest } from './operators.ts';

export type Part =
  | { readonly kind: 'attribute' | 'eventField'; readonly path: FieldPath; readonly type: Type; readonly title: string }
  /** Null: any event. */
  | { readonly kind: 'eventType'; readonly eventType: string | null; readonly title: string }
  | { readonly kind: 'audience'; readonly id: string; readonly title: string }
  | { readonly kind: 'container'; readonly title: string }
  | { readonly kind: 'rules'; readonly node: RuleNode; readonly scope: string; readonly title: string };

/** The id is given when the node is put into a tree. */
const NEW = '';

export function fieldRule(path: FieldPath, type: Type): RuleNode {
  const list = type.kind === 'array' && memberType(type).kind === 'object';
  if (list) return { kind: 'items', ...common(NEW), path, where: container(NEW) };
  const rule: AttributeRule = { kind: 'attribute', ...common(NEW), path, part: null, test: initialTest(type) };
  return memberType(type).kind === 'object' ? { ...rule, test: { op: 'exists' } } : rule;
}

export function eventCard(types: readonly string[], conditions: readonly RuleNode[] = []): EventCard {
  return {
    kind: 'event',
    ...common(NEW),
    types: { ...ANY_EVENT, values: types },
    where: container(NEW, conditions),
    time: null,
    measure: AT_LEAST_ONE,
  };
}

/** What happens at a step of a sequence. */
export const stepName = (step: Step): string => (step.types.values.length === 0 ? 'any event' : step.types.values.join(' or '));

/** The node that a part becomes at a place; null: it does not belong there. See `scopeAt` for the names of places. */
export function nodeFor(part: Part, scope: string): RuleNode | null {
  switch (part.kind) {
    case 'attribute':
      return scope === 'profile' ? fieldRule(part.path, part.type) : null;
    case 'eventField': {
      const rule = fieldRule(part.path, part.type);
      if (scope === 'event') return rule;
      return scope === 'profile' || scope === 'steps' ? eventCard([], [rule]) : null;
    }
    case 'eventType':
      return scope === 'profile' || scope === 'steps' ? eventCard(part.eventType === null ? [] : [part.eventType]) : null;
    case 'audience':
      return scope === 'profile' ? { kind: 'audience', ...common(NEW), namespace: 'ups', audience: part.id } : null;
    case 'container':
      return scope === 'steps' ? null : container(NEW);
    case 'rules':
      return part.scope === scope || (scope === 'steps' && part.node.kind === 'event') ? part.node : null;
    default:
      return part satisfies never;
  }
}
