/** Syntax tree → pql/json. */
import type { ChainStep, Declaration, Expr, TimeSpec } from '../ast.ts';
import { argumentScope, formOf, isBare, ofItem, TOP, withVariables } from './nodes.ts';
import type { Form, PqlJson, Scope } from './nodes.ts';

/** The tree as pql/json, in the current dialect. The tree must be free of errors: a `missing` node throws TypeError. */
export function toJson(ast: Expr): PqlJson {
  return json(ast, TOP);
}

const string = (value: string): PqlJson => ({ nodeType: 'literal', literalType: 'String', value });
const integer = (value: number): PqlJson => ({ nodeType: 'literal', literalType: 'Integer', value });
const apply = (fnName: string, params: readonly PqlJson[]): PqlJson => ({ nodeType: 'fnApply', fnName, params });
const create = (names: readonly string[], body: PqlJson): PqlJson => ({
  nodeType: 'fnCreate',
  params: names.map((varName) => ({ varName })),
  body,
});
const variable = (varName: string): PqlJson => ({ nodeType: 'varRef', varName });
const profile: PqlJson = { nodeType: 'parameterReference', position: 1 };

function json(expr: Expr, scope: Scope): PqlJson {
  const inScope = (each: Expr): PqlJson => json(each, scope);
  switch (expr.kind) {
    case 'string':
      return string(expr.value);
    case 'integer':
      return integer(expr.value);
    case 'double':
      return { nodeType: 'literal', literalType: 'Double', value: expr.value };
    case 'boolean':
      return { nodeType: 'literal', literalType: 'Boolean', value: expr.value };
    case 'array':
      return { nodeType: 'literal', literalType: 'List', value: expr.items.map(inScope) };
    case 'object':
      return apply(
        'object',
        expr.entries.flatMap(({ key, value }) => [string(key), inScope(value)]),
      );
    case 'name':
      return nameJson(expr, scope);
    case 'parameter':
      return { nodeType: 'parameterReference', position: expr.position, ...(expr.position === 1 && { name: '$1' }) };
    case 'this':
      return variable('this');
    case 'context':
      return apply('@', [string(expr.schema), ...(expr.version === null ? [] : [integer(expr.version)])]);
    case 'timeWord':
      return apply(expr.word, []);
    case 'calendar':
      return apply(expr.which, [string(expr.unit)]);
    case 'field':
      return { nodeType: 'fieldLookup', fieldName: expr.name, object: inScope(expr.object) };
    case 'method': {
      const args = expr.args.map((each) => json(each, argumentScope(scope, expr.name, each.kind === 'lambda')));
      return named(expr.name, 'method', [inScope(expr.receiver), ...args]);
    }
    case 'call':
      return named(expr.name, 'call', expr.args.map(inScope));
    default:
      return compound(expr, scope);
  }
}

type Atom =
  | 'string'
  | 'integer'
  | 'double'
  | 'boolean'
  | 'array'
  | 'object'
  | 'name'
  | 'parameter'
  | 'this'
  | 'context'
  | 'timeWord'
  | 'calendar'
  | 'field'
  | 'method'
  | 'call';

function compound(expr: Exclude<Expr, { readonly kind: Atom | 'integer' | 'double' }>, scope: Scope): PqlJson {
  const inScope = (each: Expr): PqlJson => json(each, scope);
  switch (expr.kind) {
    case 'filter':
      return apply('filter', [inScope(expr.list), json(expr.where, ofItem(scope))]);
    case 'lambda':
      return create(expr.parameters, json(expr.body, withVariables(scope, expr.parameters)));
    case 'let':
      return apply('let', [inScope(expr.value), create([expr.name], json(expr.body, withVariables(scope, [expr.name])))]);
    case 'if':
      return apply('if', [expr.condition, expr.yes, expr.no].map(inScope));
    case 'select':
    case 'exists':
    case 'forall':
      return apply(expr.kind, declarationsJson(expr.declarations, scope));
    case 'aggregate': {
      const names = expr.declarations.map((each) => each.variable);
      const value = expr.value === null ? [] : [json(expr.value, withVariables(scope, names))];
      return apply(expr.fn, [...value, ...declarationsJson(expr.declarations, scope)]);
    }
    case 'negative':
      return negativeJson(expr.operand, scope);
    case 'not':
      return apply('not', [inScope(expr.operand)]);
    case 'logic':
      return apply(expr.operator, expr.terms.map(inScope));
    case 'binary':
      return apply(expr.operator, [inScope(expr.left), inScope(expr.right)]);
    case 'occurs':
      return apply('occurs', [inScope(expr.value), timeJson(expr.time, scope)]);
    case 'chain':
      return chainJson(expr, scope);
    case 'missing':
      throw new TypeError('a tree with errors has no pql/json');
    default:
      return expr satisfies never;
  }
}

function nameJson({ name, up }: Extract<Expr, { readonly kind: 'name' }>, scope: Scope): PqlJson {
  if (up > 0) return { nodeType: 'fieldLookup', fieldName: name, object: variable('^'.repeat(up)) };
  if (scope.variables.has(name)) return variable(name);
  if (name === 'profile') return { nodeType: 'parameterReference', position: 1, name };
  return { nodeType: 'fieldLookup', fieldName: name, ...(isBare(name, scope) && { object: profile }) };
}

function named(fnName: string, form: Form, params: readonly PqlJson[]): PqlJson {
  return { nodeType: 'fnApply', fnName, ...(formOf(fnName) !== form && { form }), params };
}

/** `-5` is a literal; JSON has no negative zero. */
function negativeJson(operand: Expr, scope: Scope): PqlJson {
  if ((operand.kind === 'integer' || operand.kind === 'double') && operand.value > 0)
    return { nodeType: 'literal', literalType: operand.kind === 'integer' ? 'Integer' : 'Double', value: -operand.value };
  return apply('-', [json(operand, scope)]);
}

/** Each declaration knows its own variable in `where`, and those before. */
function declarationsJson(declarations: readonly Declaration[], scope: Scope): readonly PqlJson[] {
  let known = scope;
  return declarations.map(({ variable: name, from, where }) => {
    const list = json(from, known);
    known = withVariables(known, [name]);
    return apply('from', [variable(name), list, ...(where === null ? [] : [json(where, known)])]);
  });
}

function timeJson(time: TimeSpec, scope: Scope): PqlJson {
  switch (time.kind) {
    case 'distance':
      return apply(time.direction, [string(time.comparison), integer(time.amount), string(time.unit), json(time.reference, scope)]);
    case 'relative':
      return apply(time.direction, [json(time.reference, scope)]);
    case 'between':
      return apply('between', [json(time.first, scope), json(time.last, scope)]);
    case 'on':
      return apply('on', [json(time.reference, scope)]);
    default:
      return time satisfies never;
  }
}

function chainJson(chain: Extract<Expr, { readonly kind: 'chain' }>, scope: Scope): PqlJson {
  const labels = chain.steps.map(({ label }) => label);
  const inner = ofItem(withVariables(scope, labels));
  return apply('chain', [json(chain.events, scope), string(chain.orderBy), ...chain.steps.map((step) => stepJson(step, inner))]);
}

function stepJson({ label, negated, what, when, count, where }: ChainStep, scope: Scope): PqlJson {
  const condition = what === null ? [] : [apply('WHAT', [json(what, scope)])];
  return apply('step', [
    string(label),
    ...(negated ? condition.map((each) => apply('not', [each])) : condition),
    ...(when.length === 0
      ? []
      : [
          apply(
            'WHEN',
            when.map((each) => timeJson(each, scope)),
          ),
        ]),
    ...(count === null ? [] : [apply('COUNT', [integer(count)])]),
    ...(where === null ? [] : [apply('WHERE', [json(where, scope)])]),
  ]);
}
