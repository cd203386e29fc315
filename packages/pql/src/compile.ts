/** Text → plan or value, with every problem found on the way. */
import type { Expr } from './ast.ts';
import { check } from './check/index.ts';
import type { Checked } from './check/index.ts';
import { parse } from './parse/index.ts';
import { planOf } from './plan/index.ts';
import type { Plan } from './plan.ts';
import { hasErrors } from './problems.ts';
import type { Problem } from './problems.ts';
import type { Value } from './term.ts';
import { UNKNOWN } from './types.ts';
import type { ComputedWindow, Field, Type, UnionSchema } from './xdm.ts';

export interface Compiled {
  /** Null when there are errors; warnings do not hinder. */
  readonly plan: Plan | null;
  readonly ast: Expr | null;
  readonly problems: readonly Problem[];
}

/** A query whose result is its value: a number, a list, an object, a time, as computed attributes have. */
export interface CompiledValue {
  /** Null when there are errors; `evaluateValue` gives its value for a profile. */
  readonly value: Value | null;
  /** With all its fields, unlike the types inside the value. */
  readonly type: Type;
  readonly ast: Expr | null;
  readonly problems: readonly Problem[];
}

export function compile(text: string, schema: UnionSchema): Compiled {
  const { ast, problems, checked } = checkedText(text, schema);
  const test = checked?.test ?? null;
  return { plan: test === null || hasErrors(problems) ? null : planOf(test), ast, problems };
}

export function compileValue(text: string, schema: UnionSchema): CompiledValue {
  const { ast, problems, checked } = checkedText(text, schema);
  return { value: hasErrors(problems) ? null : (checked?.value ?? null), type: checked?.type ?? UNKNOWN, ast, problems };
}

/** A computed attribute as a field of the profile; null when the text has errors or says nothing a field can hold. */
export interface CompiledField {
  readonly field: Field | null;
  readonly problems: readonly Problem[];
}

/** `window`: how far back events count; null: all of them. */
export function compileField(text: string, window: ComputedWindow | null, schema: UnionSchema): CompiledField {
  const { value, type, ast, problems } = compileValue(text, schema);
  if (value === null || ast === null) return { field: null, problems };
  return { field: { type, computed: { expression: ast, window } }, problems };
}

interface CheckedText extends Omit<Compiled, 'plan'> {
  readonly checked: Checked | null;
}

function checkedText(text: string, schema: UnionSchema): CheckedText {
  const { ast, problems: syntax } = parse(text);
  if (ast === null) return { ast, problems: syntax, checked: null };
  const checked = check(ast, schema);
  return { ast, problems: [...syntax, ...checked.problems].toSorted((a, b) => a.span.from - b.span.from), checked };
}
