/**
 * Tests on one object as closures: the common comparisons of fields with constants directly, everything else by the
 * reference evaluator. Not for tests that ask the clock.
 */
import { Evaluator } from '../evaluate/index.ts';
import type { Data, DataObject } from '../evaluate/values.ts';
import type { Test, Value } from '../term.ts';

export type ObjectTest = (object: DataObject) => boolean;
export type ObjectValue = (object: DataObject) => Data;

const NO_CLOCK = { now: 0, zone: 'UTC' };

export function testClosure(test: Test, variable: number): ObjectTest {
  switch (test.op) {
    case 'constant':
      return () => test.value;
    case 'and': {
      const terms = test.terms.map((term) => testClosure(term, variable));
      return (object) => terms.every((term) => term(object));
    }
    case 'or': {
      const terms = test.terms.map((term) => testClosure(term, variable));
      return (object) => terms.some((term) => term(object));
    }
    case 'not': {
      const term = testClosure(test.term, variable);
      return (object) => !term(object);
    }
    case 'compare':
      return comparison(test, variable) ?? byReference(test, variable);
    default:
      return byReference(test, variable);
  }
}

export function valueClosure(value: Value, variable: number): ObjectValue {
  return pathReader(value, variable) ?? ((object) => new Evaluator(object, NO_CLOCK).value(value, new Map([[variable, object]])));
}

function byReference(test: Test, variable: number): ObjectTest {
  return (object) => new Evaluator(object, NO_CLOCK).test(test, new Map([[variable, object]]));
}

function comparison(test: Extract<Test, { readonly op: 'compare' }>, variable: number): ObjectTest | null {
  const read = pathReader(test.left, variable);
  if (read === null || test.right.op !== 'literal') return null;
  const wanted = test.right.value;
  const { kind } = test.left.type;
  if (test.as === 'string' && kind === 'string' && typeof wanted === 'string' && test.comparison === '=')
    return (object) => read(object) === wanted;
  if (test.as !== 'number' || (kind !== 'number' && kind !== 'integer') || typeof wanted !== 'number' || !Number.isFinite(wanted))
    return null;
  const number = (object: DataObject): number => {
    const data = read(object);
    return typeof data === 'number' && Number.isFinite(data) ? data : Number.NaN;
  };
  switch (test.comparison) {
    case '=':
      return (object) => number(object) === wanted;
    case '<':
      return (object) => number(object) < wanted;
    case '<=':
      return (object) => number(object) <= wanted;
    case '>':
      return (object) => number(object) > wanted;
    case '>=':
      return (object) => number(object) >= wanted;
    default:
      return null;
  }
}

/** A scalar at a path of fields of the variable, null when it does not fit the type; null for values of other shapes. */
export function pathReader(value: Value, variable: number): ObjectValue | null {
  const names = namesOf(value, variable);
  if (names === null) return null;
  const { kind } = value.type;
  const type = kind === 'integer' ? 'number' : kind;
  if (type !== 'string' && type !== 'number' && type !== 'boolean') return null;
  return (object) => {
    let data: Data | undefined = object;
    for (const name of names) {
      if (typeof data !== 'object' || data === null || Array.isArray(data) || !Object.hasOwn(data, name)) return null;
      data = (data as DataObject)[name];
    }
    return typeof data === type ? (data as Data) : null;
  };
}

function namesOf(value: Value, variable: number): readonly string[] | null {
  if (value.op === 'variable') return value.id === variable ? [] : null;
  if (value.op !== 'field') return null;
  const inner = value.object.op === 'variable' || value.object.type.kind === 'object' ? namesOf(value.object, variable) : null;
  return inner === null ? null : [...inner, value.name];
}
