/** String functions. */
import type { Expr } from '../ast.ts';
import { methodName } from '../functions.ts';
import type { Span } from '../problems.ts';
import { patternProblem } from '../pattern.ts';
import type { Test, TextTest, Value } from '../term.ts';
import { aType, formOf, LIST, STRING } from '../types.ts';
import { anyOf, coerce, compareOperands, memberOf, warnOutsideList } from './compare.ts';
import type { Operand } from './compare.ts';
import { both, itemType, never, nothing, variable } from './context.ts';
import type { Checker, Scope } from './context.ts';
import type { Call } from './lists.ts';
import { flatMap } from './names.ts';

/** Function name → test and whether it is the negative one. */
const TEXT_TESTS: Readonly<Record<string, readonly [test: TextTest, negated: boolean]>> = {
  equals: ['equals', false],
  notEqualTo: ['equals', true],
  contains: ['contains', false],
  doesNotContain: ['contains', true],
  startsWith: ['startsWith', false],
  doesNotStartWith: ['startsWith', true],
  endsWith: ['endsWith', false],
  doesNotEndWith: ['endsWith', true],
};

interface TextCall {
  readonly test: TextTest;
  readonly negated: boolean;
  readonly caseSensitive: boolean;
  readonly name: string;
}

/** One string test; the receiver may be a list, of which any member counts. */
function textOperands(checker: Checker, call: TextCall, left: Operand, right: Operand): Test {
  if (left.value === nothing || right.value === nothing) return never;
  const { test, negated, caseSensitive, name } = call;
  // Equality by case is the comparison `=`; one form keeps equal rules equal.
  if (test === 'equals' && caseSensitive) return compareOperands(checker, negated ? '!=' : '=', left, right);
  return anyOf(checker, left.value, (value) => {
    // Generated rules carry the case flag whatever the field is; only text has a case.
    const form = formOf(value.type);
    if (test === 'equals' && form !== null && form !== 'string')
      return compareOperands(checker, negated ? '!=' : '=', { value, span: left.span }, right);
    if (!isText(checker, { value, span: left.span }, name) || !isText(checker, right, name)) return never;
    if (test === 'equals' && right.value.op === 'literal') warnFolded(checker, value, right);
    return { op: 'text', test, negated, caseSensitive, left: value, right: coerce(right.value, 'string') };
  });
}

/** With case ignored, a listed value in another case is no mistake. */
function warnFolded(checker: Checker, value: Value, right: Operand): void {
  const { type } = value;
  if (type.kind !== 'string' || type.enum === undefined || right.value.op !== 'literal' || typeof right.value.value !== 'string') return;
  const written = right.value.value.toLowerCase();
  if (!type.enum.some((each) => each.toLowerCase() === written)) warnOutsideList(checker, value, right);
}

function isText(checker: Checker, { value, span }: Operand, name: string): boolean {
  const form = formOf(value.type);
  if (form === 'string' || value.type.kind === 'unknown' || (value.op === 'literal' && form !== null)) return true;
  const hint = form === 'number' ? { hint: 'Numbers are compared with = != < <= > >= or in.' } : {};
  checker.report('wrong-type', span, `\`${name}\` needs a String, and this is ${aType(value.type)}.`, hint);
  return false;
}

/** `S.contains(T[, caseSensitive])` and its kin. */
export function textTest(checker: Checker, { name, receiver, args, scope }: Call): Test {
  const found = TEXT_TESTS[name];
  const values = args.map((arg) => ({ value: checker.value(arg, scope), span: arg.span }));
  const last = values.at(-1);
  // The last of several arguments is the case flag only if it is a Boolean.
  const flagged = values.length > 1 && last !== undefined && last.value.type.kind === 'boolean' && receiver.value.type.kind !== 'boolean';
  const caseSensitive = flagged ? caseFlag(checker, last) : true;
  const wanted = flagged ? values.slice(0, -1) : values;
  const [first, ...more] = wanted;
  if (found === undefined || first === undefined) return never;
  const call: TextCall = { test: found[0], negated: found[1], caseSensitive, name };
  if (more.length === 0) return textOperands(checker, call, receiver, first);
  return severalTexts(checker, call, receiver, wanted);
}

function caseFlag(checker: Checker, { value, span }: Operand): boolean {
  if (value.op === 'literal' && typeof value.value === 'boolean') return value.value;
  checker.report('not-constant', span, 'Whether case counts must be written as true or false.');
  return true;
}

/** Any of several values; for negative tests none of them. */
function severalTexts(checker: Checker, call: TextCall, left: Operand, right: readonly Operand[]): Test {
  if (call.test === 'equals' && call.caseSensitive) {
    const items = right.map((each) => each.value);
    const span = { from: right[0]?.span.from ?? 0, to: right.at(-1)?.span.to ?? 0 };
    return memberOf(checker, call.negated, left, { value: { op: 'list', items, type: LIST }, span });
  }
  const terms = right.map((each) => textOperands(checker, call, left, each));
  if (call.negated) return both({ op: 'known', value: left.value }, ...terms);
  return { op: 'or', terms };
}

/** `stringCompare("function", S, [values], caseSensitive)`. */
export function stringCompare(checker: Checker, args: readonly Expr[], scope: Scope): Test {
  const [nameArg, leftArg, listArg, flagArg] = args;
  if (nameArg === undefined || leftArg === undefined || listArg === undefined) return never;
  const found = nameArg.kind === 'string' ? TEXT_TESTS[methodName(nameArg.value)] : undefined;
  if (nameArg.kind !== 'string' || found === undefined) {
    checker.report('unknown-function', nameArg.span, 'The name of a string function is needed here.', {
      hint: `One of ${Object.keys(TEXT_TESTS).join(', ')}.`,
    });
    return never;
  }
  const caseSensitive = flagArg === undefined ? true : caseFlag(checker, { value: checker.value(flagArg, scope), span: flagArg.span });
  const left = { value: checker.value(leftArg, scope), span: leftArg.span };
  const call: TextCall = { test: found[0], negated: found[1], caseSensitive, name: nameArg.value };
  if (listArg.kind === 'array')
    return severalTexts(
      checker,
      call,
      left,
      listArg.items.map((item) => ({ value: checker.value(item, scope), span: item.span })),
    );
  const list = { value: checker.value(listArg, scope), span: listArg.span };
  if (list.value.type.kind !== 'array' && list.value.type.kind !== 'unknown') return severalTexts(checker, call, left, [list]);
  const id = checker.fresh();
  const test = textOperands(checker, call, left, { value: variable(id, itemType(list.value)), span: list.span });
  if (call.negated) return both({ op: 'known', value: left.value }, { op: 'every', list: list.value, variable: id, where: test });
  return { op: 'some', list: list.value, variable: id, where: test };
}

export function likeTest(checker: Checker, left: Operand, right: Operand): Test {
  if (left.value === nothing || right.value === nothing) return never;
  return anyOf(checker, left.value, (value) => {
    if (!isText(checker, { ...left, value }, 'like') || !isText(checker, right, 'like')) return never;
    return { op: 'like', left: value, pattern: coerce(right.value, 'string') };
  });
}

export function matchesTest(checker: Checker, left: Operand, right: Operand): Test {
  const pattern = patternOf(checker, right);
  if (left.value === nothing || pattern === null) return never;
  return anyOf(checker, left.value, (value) =>
    isText(checker, { ...left, value }, 'matches') ? { op: 'matches', left: value, pattern } : never,
  );
}

/** The regular expression a literal spells; null after a problem. */
function patternOf(checker: Checker, { value, span }: Operand): string | null {
  if (value === nothing) return null;
  if (value.op !== 'literal' || typeof value.value !== 'string') {
    checker.report('not-constant', span, 'A regular expression must be written as a string.');
    return null;
  }
  const wrong = patternProblem(value.value);
  if (wrong === null) return value.value;
  checker.report('bad-pattern', span, wrong.message, { hint: wrong.hint });
  return null;
}

/** `S.regexGroup(R[, n])`. */
export function regexGroupValue(checker: Checker, { receiver, args, scope, span }: Call): Value {
  const [patternArg, groupArg] = args;
  if (patternArg === undefined) return nothing;
  const pattern = patternOf(checker, { value: checker.value(patternArg, scope), span: patternArg.span });
  const group = groupArg === undefined ? 1 : groupNumber(checker, checker.value(groupArg, scope), groupArg.span);
  if (pattern === null || group === null || receiver.value === nothing) return nothing;
  return lift(checker, receiver.value, (value) => {
    if (!isText(checker, { value, span }, 'regexGroup')) return nothing;
    return { op: 'regexGroup', value, pattern, group, type: STRING };
  });
}

function groupNumber(checker: Checker, value: Value, span: Span): number | null {
  if (value.op === 'literal' && typeof value.value === 'number' && Number.isInteger(value.value) && value.value >= 0) return value.value;
  checker.report('not-constant', span, 'The number of a group must be written as a number: 0 for the whole match, 1 for the first group.');
  return null;
}

/** Applies a function of one value to a value, or to each member of a list. */
export function lift(checker: Checker, value: Value, apply: (item: Value) => Value): Value {
  if (value.type.kind !== 'array') return apply(value);
  if (value.op === 'map' && value.flatten) return flatMap(value.list, value.variable, lift(checker, value.body, apply));
  const id = checker.fresh();
  return flatMap(value, id, lift(checker, variable(id, itemType(value)), apply));
}
