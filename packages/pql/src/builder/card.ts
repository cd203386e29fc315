/** What an event must be, sorted into its types, its time and its other conditions. */
import type { Card, Container, EventTypes, RuleNode, TimeRule } from './tree.ts';
import { ANY_EVENT, isPlain } from './tree.ts';

/** Types and time move out of the conditions to where cards show them. Nothing else about the card changes. */
export function settledCard<C extends Card>(card: C): C {
  const where = settledConditions(card.where);
  if (where !== card.where) return settledCard({ ...card, where });
  if (where.join === 'or' && where.children.length > 1) return card;
  if (card.types.values.length === 0) {
    const at = where.children.findIndex((child) => typesOf(child) !== null);
    const types = where.children[at] && typesOf(where.children[at]);
    if (types) return settledCard({ ...card, types, where: without(where, at) });
  }
  if (card.time === null) {
    const at = where.children.findLastIndex((child) => timeOf(child) !== null);
    const time = where.children[at] && timeOf(where.children[at]);
    if (time) return settledCard({ ...card, time, where: without(where, at) });
  }
  return card;
}

/** Conditions in one group too many are in none. */
export function settledConditions(where: Container): Container {
  const [only] = where.children;
  if (where.children.length === 1 && only?.kind === 'container' && isPlain(only))
    return { ...where, join: only.join, children: only.children };
  return where.children.length < 2 && where.join === 'or' ? { ...where, join: 'and' } : where;
}

function without(where: Container, index: number): Container {
  return { ...where, children: where.children.filter((_, at) => at !== index) };
}

function typesOf(node: RuleNode): EventTypes | null {
  if (node.kind !== 'attribute' || !isPlain(node) || node.part !== null || node.path.length !== 1 || node.path[0] !== 'eventType')
    return null;
  const { test } = node;
  if (test.op === 'text' && test.fn === 'equals') return { values: test.values, anyCase: !test.caseSensitive };
  if (test.op === 'compare' && test.comparison === '=' && test.operand.kind === 'value' && typeof test.operand.value === 'string')
    return { ...ANY_EVENT, values: [test.operand.value] };
  if (test.op !== 'in' || test.negated || test.values.length === 0) return null;
  return test.values.every((value) => typeof value === 'string') ? { ...ANY_EVENT, values: test.values } : null;
}

function timeOf(node: RuleNode): TimeRule | null {
  if (node.kind !== 'attribute' || !isPlain(node) || node.part !== null) return null;
  return node.test.op === 'time' && node.path.length === 1 && node.path[0] === 'timestamp' ? node.test.time : null;
}
