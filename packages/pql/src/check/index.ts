/** Syntax tree + schema → checked term. Reports several problems in one run. */
import type { Expr } from '../ast.ts';
import { hasErrors, MAX_PROBLEMS, problem } from '../problems.ts';
import type { Problem } from '../problems.ts';
import { mapTypes } from '../terms.ts';
import type { Test, Value } from '../term.ts';
import { profileType, shallow } from '../types.ts';
import type { Type, UnionSchema } from '../xdm.ts';
import { truth } from './compare.ts';
import { warnComplex } from './complexity.ts';
import { nothing, profileScope, variable } from './context.ts';
import type { Checker, Scope } from './context.ts';
import { checkTest, checkValue } from './expression.ts';

export interface Checked {
  /** The whole as a Boolean; null when there are errors. */
  readonly test: Test | null;
  readonly value: Value | null;
  /** With all its fields, unlike the types inside terms. */
  readonly type: Type;
  readonly problems: readonly Problem[];
}

export function check(ast: Expr, schema: UnionSchema): Checked {
  const checker = checkerOf(schema);
  const profile = variable(0, checker.profile);
  const value = checkValue(checker, ...entered(checker, ast, profileScope(profile)));
  const { problems } = checker;
  problems.push(...warnComplex(ast));
  if (hasErrors(problems) || value === nothing) return { test: null, value: null, type: value.type, problems };
  const lean = mapTypes(value, shallow);
  return { test: truth(lean), value: lean, type: value.type, problems };
}

/** `(P) => body` names the one parameter, the profile. */
function entered(checker: Checker, ast: Expr, scope: Scope): readonly [Expr, Scope] {
  if (ast.kind !== 'lambda') return [ast, scope];
  const [first] = ast.parameters;
  if (ast.parameters.length > 1)
    checker.report('unknown-parameter', ast.span, 'A segment has one parameter, the profile.', { hint: '(P) => expression' });
  const profile = scope.levels[0]?.value;
  return [ast.body, first === undefined || profile === undefined ? scope : { ...scope, names: new Map([[first, profile]]) }];
}

function checkerOf(schema: UnionSchema): Checker {
  const problems: Problem[] = [];
  const reported = new Set<string>();
  const counts = { error: 0, warning: 0 };
  let last = 0;
  const checker: Checker = {
    profile: profileType(schema),
    lookups: schema.lookups ?? {},
    problems,
    fresh: () => ++last,
    report: (code, span, message, extra) => {
      // A part that is checked once per member of a list complains once.
      const key = `${code} ${span.from} ${span.to}`;
      if (reported.has(key)) return;
      reported.add(key);
      const found = problem(code, span, message, extra);
      if (++counts[found.severity] <= MAX_PROBLEMS) problems.push(found);
    },
    ...checksOf(() => checker),
    silent: () => silenced(checker),
  };
  return checker;
}

function silenced(checker: Checker): Checker {
  const silent: Checker = { ...checker, problems: [], report: () => undefined, silent: () => silent, ...checksOf(() => silent) };
  return silent;
}

function checksOf(checker: () => Checker): Pick<Checker, 'value' | 'test'> {
  return {
    value: (expr, scope) => checkValue(checker(), expr, scope),
    test: (expr, scope) => checkTest(checker(), expr, scope),
  };
}
