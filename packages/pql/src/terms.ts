/** Walking and rebuilding terms: one place knows the children of every node. */
import type { Test, Value } from './term.ts';
import type { Type } from './xdm.ts';

/** How to rebuild a node's parts. */
export interface Rewrite {
  readonly test: (test: Test) => Test;
  readonly value: (value: Value) => Value;
  /** Renames variables, where they are bound and where they are used. */
  readonly variable?: (id: number) => number;
  readonly type?: (type: Type) => Type;
  /** The rewrite of what stands in reach of newly bound variables; by default the same. */
  readonly enter?: (variables: readonly number[]) => Rewrite;
}

const within = (rewrite: Rewrite, ...variables: readonly number[]): Rewrite => rewrite.enter?.(variables) ?? rewrite;
const renamed = (rewrite: Rewrite, id: number): number => rewrite.variable?.(id) ?? id;

/** The node with every direct part rewritten. */
export function rewriteTest(test: Test, rewrite: Rewrite): Test {
  const { test: inTest, value: inValue } = rewrite;
  switch (test.op) {
    case 'constant':
    case 'audience':
      return test;
    case 'and':
    case 'or':
      return { ...test, terms: test.terms.map(inTest) };
    case 'not':
      return { ...test, term: inTest(test.term) };
    case 'holds':
    case 'known':
      return { ...test, value: inValue(test.value) };
    case 'compare':
    case 'text':
    case 'sets':
      return { ...test, left: inValue(test.left), right: inValue(test.right) };
    case 'like':
      return { ...test, left: inValue(test.left), pattern: inValue(test.pattern) };
    case 'matches':
      return { ...test, left: inValue(test.left) };
    case 'member':
      return { ...test, value: inValue(test.value), list: inValue(test.list) };
    case 'some':
    case 'every': {
      const inner = within(rewrite, test.variable);
      return { ...test, list: inValue(test.list), variable: renamed(inner, test.variable), where: inner.test(test.where) };
    }
    case 'sequence': {
      const inner = within(rewrite, ...test.steps.map((step) => step.variable));
      const steps = test.steps.map((step) => ({ ...step, variable: renamed(inner, step.variable), where: inner.test(step.where) }));
      return { ...test, events: inValue(test.events), steps };
    }
    default:
      return test satisfies never;
  }
}

/** The node with every direct part rewritten. */
export function rewriteValue(value: Value, rewrite: Rewrite): Value {
  const rebuilt = rewriteParts(value, rewrite);
  return rewrite.type === undefined ? rebuilt : { ...rebuilt, type: rewrite.type(rebuilt.type) };
}

function rewriteParts(node: Value, rewrite: Rewrite): Value {
  const { test: inTest, value: inValue } = rewrite;
  switch (node.op) {
    case 'literal':
    case 'now':
      return node;
    case 'list':
      return { ...node, items: node.items.map(inValue) };
    case 'object':
      return { ...node, entries: node.entries.map(([key, entry]) => [key, inValue(entry)] as const) };
    case 'variable':
      return { ...node, id: renamed(rewrite, node.id) };
    case 'field':
      return { ...node, object: inValue(node.object) };
    case 'entry':
      return { ...node, map: inValue(node.map), key: inValue(node.key) };
    case 'lookup':
      return { ...node, key: inValue(node.key) };
    case 'keys':
    case 'entries':
      return { ...node, map: inValue(node.map) };
    case 'mapEntry':
      return { ...node, key: inValue(node.key), value: inValue(node.value) };
    case 'joinMaps':
      return { ...node, list: inValue(node.list) };
    case 'test':
      return { ...node, test: inTest(node.test) };
    case 'regexGroup':
    case 'startOf':
    case 'shift':
    case 'datePart':
      return { ...node, value: inValue(node.value) };
    default:
      return rewriteList(node, rewrite);
  }
}

type Simple =
  | 'literal'
  | 'now'
  | 'list'
  | 'object'
  | 'variable'
  | 'field'
  | 'entry'
  | 'lookup'
  | 'mapEntry'
  | 'joinMaps'
  | 'test'
  | 'regexGroup'
  | 'startOf'
  | 'shift'
  | 'datePart';
type Compound = Exclude<Value, { readonly op: Simple | 'keys' | 'entries' }>;

function rewriteList(node: Compound, rewrite: Rewrite): Value {
  const { test: inTest, value: inValue } = rewrite;
  const inner = 'variable' in node ? within(rewrite, node.variable) : rewrite;
  const variable = 'variable' in node ? renamed(inner, node.variable) : 0;
  switch (node.op) {
    case 'filter':
      return { ...node, list: inValue(node.list), variable, where: inner.test(node.where) };
    case 'map':
      return { ...node, list: inValue(node.list), variable, body: inner.value(node.body) };
    case 'aggregate':
    case 'distinct':
    case 'head':
      return { ...node, list: inValue(node.list) };
    case 'intersection':
    case 'arithmetic':
      return { ...node, left: inValue(node.left), right: inValue(node.right) };
    case 'top':
    case 'bottom':
      return { ...node, list: inValue(node.list), variable, by: inner.value(node.by), count: inValue(node.count) };
    case 'group':
      return { ...node, list: inValue(node.list), variable, by: inner.value(node.by) };
    case 'if':
      return { ...node, condition: inTest(node.condition), yes: inValue(node.yes), no: inValue(node.no) };
    case 'let':
      return { ...node, variable, value: inValue(node.value), body: inner.value(node.body) };
    case 'date':
      return { ...node, year: inValue(node.year), month: inValue(node.month), day: inValue(node.day) };
    default:
      return node satisfies never;
  }
}

/** Every type in a term replaced. */
export function mapTypes(value: Value, type: (type: Type) => Type): Value {
  const rewrite: Rewrite = { test: (part) => rewriteTest(part, rewrite), value: (part) => rewriteValue(part, rewrite), type };
  return rewrite.value(value);
}

/** Calls back for every value node in a term, outside in. */
export function eachNode(root: { readonly test: Test } | { readonly value: Value }, visit: (node: Test | Value) => void): void {
  const rewrite: Rewrite = {
    test: (part) => {
      visit(part);
      return rewriteTest(part, rewrite);
    },
    value: (part) => {
      visit(part);
      return rewriteValue(part, rewrite);
    },
  };
  if ('test' in root) rewrite.test(root.test);
  else rewrite.value(root.value);
}

/** The test with one variable replaced; `replacement` is asked for a copy at each place. Variable ids must be unique. */
export function substitute(test: Test, id: number, replacement: () => Value): Test {
  return substitution(id, replacement).test(test);
}

export function substituteValue(value: Value, id: number, replacement: () => Value): Value {
  return substitution(id, replacement).value(value);
}

function substitution(id: number, replacement: () => Value): Rewrite {
  const rewrite: Rewrite = {
    test: (part) => rewriteTest(part, rewrite),
    value: (part) => (part.op === 'variable' && part.id === id ? replacement() : rewriteValue(part, rewrite)),
  };
  return rewrite;
}
