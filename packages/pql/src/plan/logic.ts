/** Rules that look at one node only: logic, membership in literals, comparisons. */
import { evaluate } from '../evaluate/index.ts';
import type { Comparison, Test, Value } from '../term.ts';
import { formOf } from '../types.ts';
import { testKey, valueKey } from './canonical.ts';
import { isConstant } from './free.ts';

export const TRUE: Test = { op: 'constant', value: true };
export const FALSE: Test = { op: 'constant', value: false };

const FLIPPED: Readonly<Record<Comparison, Comparison>> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

type Node<Op extends Test['op']> = Extract<Test, { readonly op: Op }>;

export function negated(term: Test): Test {
  if (term.op === 'constant') return { op: 'constant', value: !term.value };
  return term.op === 'not' ? term.term : { op: 'not', term };
}

export function simplifyLogic(op: 'and' | 'or', terms: readonly Test[]): Test {
  const neutral = op === 'and';
  const flat = terms.flatMap((term) => (term.op === op ? term.terms : [term]));
  if (flat.some((term) => term.op === 'constant' && term.value !== neutral)) return neutral ? FALSE : TRUE;
  const kept = mergeMembers(op, flat);
  const unique = new Map<string, Test>();
  for (const term of kept) {
    const key = testKey(term);
    if (term.op !== 'constant' && !unique.has(key)) unique.set(key, term);
  }
  const [first, ...rest] = unique.values();
  // Merging may have settled a term.
  if (kept.some((term) => term.op === 'constant' && term.value !== neutral)) return neutral ? FALSE : TRUE;
  if (first === undefined) return neutral ? TRUE : FALSE;
  return rest.length === 0 ? first : { op, terms: [first, ...rest] };
}

/** `x = a or x in [b, c]` → `x in [a, b, c]`; with `and`, what both lists hold. */
function mergeMembers(op: 'and' | 'or', terms: readonly Test[]): readonly Test[] {
  const groups = new Map<string, Node<'member'>[]>();
  const merged: (Test | string)[] = [];
  for (const term of terms) {
    const member = asMember(term);
    if (member === null) {
      merged.push(term);
      continue;
    }
    const key = valueKey(member.value);
    const known = groups.get(key);
    if (known === undefined) {
      merged.push(key);
      groups.set(key, [member]);
    } else known.push(member);
  }
  return merged.map((each) => (typeof each === 'string' ? simplifyMember(joined(op, groups.get(each) ?? [])) : each));
}

/** Members of one value as one: of all lists with `or`, of what they share with `and`. */
function joined(op: 'and' | 'or', members: readonly Node<'member'>[]): Node<'member'> {
  const lists = members.map(({ list }) => (list.op === 'list' ? list.items : []));
  const [member, first = []] = [members[0], lists[0]];
  if (member?.list.op !== 'list') throw new Error('bug: only lists of literals are joined');
  const shared = lists.slice(1).map((items) => new Set(items.map(literalKey)));
  const items = op === 'or' ? lists.flat() : first.filter((item) => shared.every((others) => others.has(literalKey(item))));
  return { ...member, list: { ...member.list, items } };
}

const literalKey = (item: Value): string => (item.op === 'literal' ? JSON.stringify(item.value) : '');

/** A test that says "is one of these literals", as a member test. */
function asMember(test: Test): Node<'member'> | null {
  if (test.op === 'member') return !test.negated && isLiteralList(test.list) ? test : null;
  if (test.op !== 'compare' || test.comparison !== '=' || test.as === 'list' || test.right.op !== 'literal') return null;
  if (formOf(test.left.type) !== test.as || formOf(test.right.type) !== test.as) return null;
  return {
    op: 'member',
    negated: false,
    value: test.left,
    list: { op: 'list', items: [test.right], type: { kind: 'array', items: test.left.type } },
  };
}

const isLiteralList = (list: Value): boolean => list.op === 'list' && list.items.every((item) => item.op === 'literal');

/** A list of one literal is a comparison; repeated literals count once. */
export function simplifyMember(test: Node<'member'>): Test {
  if (test.list.op !== 'list' || !isLiteralList(test.list)) return test;
  const unique = new Map(test.list.items.map((item) => [literalKey(item), item]));
  const items = [...unique.values()];
  const [only] = items;
  const as = formOf(test.value.type);
  if (only === undefined) return FALSE;
  if (items.length > 1 || as === null || formOf(only.type) !== as) return { ...test, list: { ...test.list, items } };
  return simplifyCompare({ op: 'compare', comparison: test.negated ? '!=' : '=', as, left: test.value, right: only });
}

export function simplifyCompare(test: Node<'compare'>): Test {
  const { comparison, as, left, right } = test;
  if (isConstant(left) && !isConstant(right))
    return simplifyCompare({ ...test, comparison: FLIPPED[comparison], left: right, right: left });
  if (left.op === 'literal' && right.op === 'literal') return { op: 'constant', value: evaluate(test, {}, { now: 0, zone: 'UTC' }) };
  if (as !== 'boolean' || right.op !== 'literal' || typeof right.value !== 'boolean') return test;
  // Of two Booleans both known, different from true is false and the other way round.
  const wanted = comparison === '=' ? right.value : !right.value;
  if (left.op === 'test') return wanted ? left.test : negated(left.test);
  if (wanted && left.type.kind === 'boolean') return { op: 'holds', value: left };
  return { ...test, comparison: '=', right: { ...right, value: wanted } };
}
