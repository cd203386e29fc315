/**
 * Rewrites a test to a simpler one of the same meaning, so that equal rules written differently become equal and
 * event rules show. Every rule is exact under the null rules of term.ts; the property tests hold them to it.
 */
import { evaluateValue } from '../evaluate/index.ts';
import { eachNode, rewriteTest, rewriteValue, substitute, substituteValue } from '../terms.ts';
import type { SequenceStep, Test, Value } from '../term.ts';
import { Renumbering } from './canonical.ts';
import { usesOf } from './free.ts';
import { FALSE, negated, simplifyCompare, simplifyLogic, simplifyMember, TRUE } from './logic.ts';

type Node<Op extends Test['op']> = Extract<Test, { readonly op: Op }>;
type List<Op extends Value['op']> = Extract<Value, { readonly op: Op }>;

/** Nodes beyond which a rewrite that copies is left undone. */
const LARGE = 2000;

export function normalise(test: Test): Test {
  let last = 0;
  eachNode({ test }, (node) => {
    if ('variable' in node) last = Math.max(last, node.variable);
    if (node.op === 'sequence') last = Math.max(last, ...node.steps.map((step) => step.variable));
  });
  return new Normaliser(new Renumbering(last + 1)).test(test);
}

const itemOf = (list: Value): Value['type'] => (list.type.kind === 'array' ? list.type.items : { kind: 'unknown' });
const conjuncts = (test: Test): readonly Test[] => (test.op === 'and' ? test.terms : [test]);

const isEmpty = (list: Value): boolean => list.op === 'list' && list.items.length === 0;

const impossible = (step: SequenceStep): boolean => step.where.op === 'constant' && !step.where.value;

function sizeOf(
  root: { readonly test: Test } | { readonly value: Value },
  uses: { readonly of: number; count: number } = { of: 0, count: 0 },
): number {
  let nodes = 0;
  eachNode(root, (node) => {
    nodes++;
    if (node.op === 'variable' && node.id === uses.of) uses.count++;
  });
  return nodes;
}

/** Whether a value may be written out wherever a variable stands, without the term growing out of hand. */
function mayReplace(variable: number, value: Value, target: { readonly test: Test } | { readonly value: Value }): boolean {
  const uses = { of: variable, count: 0 };
  const size = sizeOf(target, uses);
  return uses.count <= 1 || size + uses.count * sizeOf({ value }) <= LARGE;
}

/** Arithmetic of literals, done now. */
function folded(node: List<'arithmetic'>): Value {
  if (node.left.op !== 'literal' || node.right.op !== 'literal') return node;
  const value = evaluateValue(node, {}, { now: 0, zone: 'UTC' });
  return typeof value === 'number' || value === null ? { op: 'literal', value, type: node.type } : node;
}

class Normaliser {
  /** Gives every copy of a term variables of its own, so that ids stay unique and nothing is captured. */
  readonly #names: Renumbering;

  constructor(names: Renumbering) {
    this.#names = names;
  }

  readonly test = (test: Test): Test => this.#simplify(rewriteTest(test, { test: this.test, value: this.value }));

  /** One test whose parts are simple already. */
  #simplify(test: Test): Test {
    switch (test.op) {
      case 'and':
      case 'or':
        return simplifyLogic(test.op, test.terms);
      case 'not':
        return negated(test.term);
      case 'holds':
        return this.#holds(test.value);
      case 'known':
        return this.#known(test.value);
      case 'compare': {
        const simple = simplifyCompare(test);
        return simple.op === 'holds' ? this.#holds(simple.value) : simple;
      }
      case 'member':
        return simplifyMember(test);
      case 'some':
        return this.#some(test);
      case 'every':
        return negated(this.#some({ ...test, op: 'some', where: negated(test.where) }));
      case 'sequence':
        return this.#sequence(test);
      default:
        return test;
    }
  }

  #holds(value: Value): Test {
    switch (value.op) {
      case 'test':
        return value.test;
      case 'literal':
        return value.value === true ? TRUE : FALSE;
      case 'if': {
        if (sizeOf({ test: value.condition }) > LARGE) return { op: 'holds', value };
        const otherwise = this.#names.rewrite(new Map()).test(value.condition);
        const yes = simplifyLogic('and', [value.condition, this.#holds(value.yes)]);
        const no = simplifyLogic('and', [negated(otherwise), this.#holds(value.no)]);
        return simplifyLogic('or', [yes, no]);
      }
      default:
        return { op: 'holds', value };
    }
  }

  #known(value: Value): Test {
    switch (value.op) {
      case 'test':
      case 'now':
        return TRUE;
      case 'literal':
        return value.value === null ? FALSE : TRUE;
      case 'list':
        return value.items.length > 0 ? TRUE : FALSE;
      case 'object':
        return simplifyLogic(
          'or',
          value.entries.map(([, entry]) => this.#known(entry)),
        );
      case 'filter':
        return this.#some({ op: 'some', list: value.list, variable: value.variable, where: value.where });
      case 'map':
        return value.flatten
          ? this.#some({ op: 'some', list: value.list, variable: value.variable, where: this.#known(value.body) })
          : this.#known(value.list);
      case 'distinct':
        return this.#known(value.list);
      case 'intersection':
        return { op: 'sets', relation: 'intersects', left: value.left, right: value.right };
      case 'aggregate':
        return value.fn === 'count' || value.fn === 'sum' ? TRUE : { op: 'known', value };
      default:
        return { op: 'known', value };
    }
  }

  #some(test: Node<'some' | 'every'>): Test {
    const { list, variable, where } = test;
    if (where.op === 'constant') return where.value ? this.#known(list) : FALSE;
    if (list.op === 'filter') {
      const own = substitute(list.where, list.variable, () => ({ op: 'variable', id: variable, type: itemOf(list) }));
      return this.#some({ op: 'some', list: list.list, variable, where: simplifyLogic('and', [own, where]) });
    }
    if (isEmpty(list)) return FALSE;
    const fused = list.op === 'map' ? this.#fused(list, variable, where) : null;
    if (fused !== null) return fused;
    // What does not look at the member is decided outside.
    const looking = conjuncts(where).filter((term) => usesOf(term).free.has(variable));
    const outside = conjuncts(where).filter((term) => !looking.includes(term));
    if (outside.length === 0) return { op: 'some', list, variable, where };
    return simplifyLogic('and', [...outside, this.#some({ op: 'some', list, variable, where: simplifyLogic('and', looking) })]);
  }

  /** A test on some result of a map is a test on some member that has such a result. */
  #fused(list: List<'map'>, variable: number, where: Test): Test | null {
    const { body } = list;
    const over = (inner: Test): Test => this.#some({ op: 'some', list: list.list, variable: list.variable, where: inner });
    if (list.flatten && body.type.kind === 'array') return over(this.#some({ op: 'some', list: body, variable, where }));
    // A result of unknown type may be a list, which `flatten` opens.
    if (body.type.kind === 'unknown' || !mayReplace(variable, body, { test: where })) return null;
    const direct = this.test(substitute(where, variable, () => this.#copy(body)));
    return over(list.flatten ? simplifyLogic('and', [this.#known(body), direct]) : direct);
  }

  #copy(value: Value): Value {
    return this.#names.rewrite(new Map()).value(value);
  }

  /** A filter on the events goes into the steps; one step alone is a count. */
  #sequence(test: Node<'sequence'>): Test {
    const { events, steps } = test;
    if (events.op === 'filter') {
      const inner = steps.map((step) => {
        const own = this.#names.rewrite(new Map()).test(events.where);
        const here = substitute(own, events.variable, () => ({ op: 'variable', id: step.variable, type: itemOf(events) }));
        return { ...step, where: simplifyLogic('and', [here, step.where]) };
      });
      return this.#sequence({ ...test, events: events.list, steps: inner });
    }
    if (steps.some((step) => !step.negated && impossible(step))) return FALSE;
    const needed = steps.filter((step) => !impossible(step));
    const [only] = needed;
    if (only === undefined || needed.length > 1) return { ...test, steps: needed };
    if (only.count === 1) return this.#some({ op: 'some', list: events, variable: only.variable, where: only.where });
    const list = this.#filter({ op: 'filter', list: events, variable: only.variable, where: only.where, type: events.type });
    const count: Value = { op: 'aggregate', fn: 'count', list, type: { kind: 'integer' } };
    return {
      op: 'compare',
      comparison: '>=',
      as: 'number',
      left: count,
      right: { op: 'literal', value: only.count, type: { kind: 'integer' } },
    };
  }

  readonly value = (value: Value): Value => {
    const node = rewriteValue(value, { test: this.test, value: this.value });
    switch (node.op) {
      case 'filter':
        return this.#filter(node);
      case 'head':
        return isEmpty(node.list) ? { op: 'literal', value: null, type: node.type } : node;
      case 'map':
      case 'distinct':
      case 'top':
      case 'bottom':
      case 'group':
        return isEmpty(node.list) ? { op: 'list', items: [], type: node.type } : node;
      case 'aggregate':
        return this.#aggregate(node);
      case 'if':
        return node.condition.op === 'constant' ? (node.condition.value ? node.yes : node.no) : node;
      case 'arithmetic':
        return folded(node);
      case 'let':
        return mayReplace(node.variable, node.value, { value: node.body })
          ? this.value(substituteValue(node.body, node.variable, () => this.#copy(node.value)))
          : node;
      default:
        return node;
    }
  };

  #filter(node: List<'filter'>): Value {
    const { list, variable, where } = node;
    if (where.op === 'constant') return where.value ? list : { op: 'list', items: [], type: node.type };
    if (list.op !== 'filter') return node;
    const own = substitute(list.where, list.variable, () => ({ op: 'variable', id: variable, type: itemOf(list) }));
    return this.#filter({ ...node, list: list.list, where: simplifyLogic('and', [own, where]) });
  }

  /** What an aggregate sees of a map: nothing of its nulls, except that `count` counts them where they are kept. */
  #aggregate(node: List<'aggregate'>): Value {
    const { fn, list } = node;
    if (isEmpty(list)) return { op: 'literal', value: fn === 'count' || fn === 'sum' ? 0 : null, type: node.type };
    if (list.op !== 'map' || list.body.type.kind === 'unknown') return node;
    if (list.body.type.kind === 'array') return list.flatten ? this.#perMember(node, list) : node;
    if (fn !== 'count') return { ...node, list: { ...list, flatten: false } };
    if (!list.flatten) return this.#aggregate({ ...node, list: list.list });
    return {
      ...node,
      list: this.#filter({ op: 'filter', list: list.list, variable: list.variable, where: this.#known(list.body), type: list.list.type }),
    };
  }

  /** A number over joined lists, made of one number for each list. A mean of means is not the mean. */
  #perMember(node: List<'aggregate'>, list: List<'map'>): Value {
    const { fn, type } = node;
    if (fn === 'average') return node;
    const body = this.#aggregate({ op: 'aggregate', fn, list: list.body, type });
    return this.#aggregate({
      op: 'aggregate',
      fn: fn === 'count' ? 'sum' : fn,
      type,
      list: { ...list, body, flatten: false, type: { kind: 'array', items: type } },
    });
  }
}
