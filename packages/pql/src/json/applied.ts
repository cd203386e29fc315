/** fnApply: operators, forms with a meaning of their own, methods and functions. */
import type { Expr, ObjectEntry } from '../ast.ts';
import { callName, methodName } from '../functions.ts';
import { declaring } from './declarations.ts';
import { argumentScope, BINARY, CALENDAR, formOf, ofItem, TIME_WORDS, UNITS } from './nodes.ts';
import type { Form } from './nodes.ts';
import { arrayAt, at, complain, hasCount, isNode, MISSING, oneOf, param, SPAN, shown, stringOf, wholeOf, wordAt } from './reader.ts';
import type { Apply, Node, Place, Reader } from './reader.ts';
import { chain, time } from './times.ts';

export function applied(reader: Reader, node: Node, place: Place): Expr {
  const { fnName, form, function: applies } = node;
  const given = node['params'] === undefined ? [] : arrayAt(reader, node['params'], at(place, 'params'));
  if (applies !== undefined && fnName === undefined) return lambdaApplied(reader, applies, { params: given, place });
  if (typeof fnName !== 'string') return complain(reader, at(place, 'fnName'), `Expected the name of a function, found ${shown(fnName)}.`);
  // With a name, the lambda of older dialects is the last argument.
  const apply: Apply = { name: fnName, params: applies === undefined ? given : [...given, applies], place };
  if (form === 'method' || form === 'call') return named(reader, apply, form);
  if (form !== undefined) return complain(reader, at(place, 'form'), `There is no form ${shown(form)}.`, 'Forms: method, call.');
  const usual = formOf(fnName);
  return usual === 'special' ? special(reader, apply) : (declaring(reader, apply) ?? named(reader, apply, usual));
}

function named(reader: Reader, apply: Apply, form: Form): Expr {
  const { params, place } = apply;
  const word = wordAt(reader, apply.name, at(place, 'fnName'));
  const name = form === 'call' ? callName(word) : methodName(word);
  if (form === 'call')
    return { kind: 'call', name, nameSpan: SPAN, args: params.map((each, index) => reader.expr(each, param(place, index))), span: SPAN };
  if (!hasCount(reader, apply, 1, Infinity)) return MISSING;
  const [receiver, ...rest] = params;
  const args = rest.map((each, index) => {
    const isLambda = isNode(each) && each['nodeType'] === 'fnCreate';
    return reader.expr(each, param(place, index + 1, argumentScope(place.scope, name, isLambda)));
  });
  return { kind: 'method', receiver: reader.expr(receiver, param(place, 0)), name, nameSpan: SPAN, args, span: SPAN };
}

function special(reader: Reader, apply: Apply): Expr {
  const { params, place } = apply;
  const operand = (index: number): Expr => reader.expr(params[index], param(place, index));
  const name = apply.name.toLowerCase();
  switch (name) {
    case 'and':
    case 'or':
      return logic(reader, apply, name);
    case 'not':
    case '!':
      return hasCount(reader, apply, 1) ? { kind: 'not', operand: operand(0), span: SPAN } : MISSING;
    case 'if':
      return hasCount(reader, apply, 3) ? { kind: 'if', condition: operand(0), yes: operand(1), no: operand(2), span: SPAN } : MISSING;
    case 'filter':
      return hasCount(reader, apply, 2)
        ? { kind: 'filter', list: operand(0), where: reader.expr(params[1], param(place, 1, ofItem(place.scope))), span: SPAN }
        : MISSING;
    case 'let':
      return hasCount(reader, apply, 2) ? lambdaApplied(reader, params[1], { params: [params[0]], place }) : MISSING;
    case 'occurs':
      return hasCount(reader, apply, 2)
        ? { kind: 'occurs', value: operand(0), time: time(reader, params[1], param(place, 1)), span: SPAN }
        : MISSING;
    case 'chain':
      return chain(reader, apply);
    case 'object':
      return objectOf(reader, apply);
    case '@':
      return contextOf(reader, apply);
    case 'modelinstances':
      return modelInstances(reader, apply);
    case 'from':
      return complain(
        reader,
        place,
        'A declaration cannot stand here.',
        'It is the last params of select, exists, forall or an aggregate.',
      );
    default:
      return wordOrOperator(reader, apply);
  }
}

function logic(reader: Reader, apply: Apply, operator: 'and' | 'or'): Expr {
  const { params, place } = apply;
  if (!hasCount(reader, apply, 1, Infinity)) return MISSING;
  const terms = params.map((each, index) => reader.expr(each, param(place, index)));
  const [only] = terms;
  return only !== undefined && terms.length === 1 ? only : { kind: 'logic', operator, terms, span: SPAN };
}

function wordOrOperator(reader: Reader, apply: Apply): Expr {
  const { name, params, place } = apply;
  const word = oneOf(TIME_WORDS, name);
  if (word !== null) return hasCount(reader, apply, 0) ? { kind: 'timeWord', word, span: SPAN } : MISSING;
  const which = oneOf(CALENDAR, name);
  if (which !== null) {
    if (!hasCount(reader, apply, 1)) return MISSING;
    const unit = oneOf(UNITS, stringOf(params[0]));
    return unit === null
      ? complain(reader, param(place, 0), `Expected a time unit, found ${shown(params[0])}.`, `Units: ${UNITS.join(', ')}.`)
      : { kind: 'calendar', which, unit, span: SPAN };
  }
  if (name === '-' && params.length === 1) return { kind: 'negative', operand: reader.expr(params[0], param(place, 0)), span: SPAN };
  const operator = oneOf(BINARY, name);
  if (operator === null || !hasCount(reader, apply, 2)) return MISSING;
  return {
    kind: 'binary',
    operator,
    left: reader.expr(params[0], param(place, 0)),
    right: reader.expr(params[1], param(place, 1)),
    span: SPAN,
  };
}

/** A function of one parameter applied to a value is `let`. */
function lambdaApplied(reader: Reader, applies: unknown, { params, place }: Omit<Apply, 'name'>): Expr {
  const inLet = params.length === 1 && isNode(applies) && applies['nodeType'] === 'fnCreate';
  // Counted as one level, as the text has it: the function is no node of its own there.
  const lambda = inLet ? reader.expr(applies, { ...at(place, 'function'), depth: place.depth - 1 }) : MISSING;
  const [name, another] = lambda.kind === 'lambda' ? lambda.parameters : [];
  if (lambda.kind === 'lambda' && name !== undefined && another === undefined)
    return { kind: 'let', name, value: reader.expr(params[0], param(place, 0)), body: lambda.body, span: SPAN };
  return complain(
    reader,
    place,
    'Only a function of one parameter can be applied, to one value.',
    'It is `let NAME = value in expression`.',
  );
}

function objectOf(reader: Reader, apply: Apply): Expr {
  const { params, place } = apply;
  if (params.length % 2 !== 0) return complain(reader, place, 'An object takes keys and values by turns; the last value is missing.');
  const entries: ObjectEntry[] = [];
  for (let index = 0; index < params.length; index += 2) {
    const key = stringOf(params[index]);
    if (key === null) complain(reader, param(place, index), `Expected a key, a String, found ${shown(params[index])}.`);
    entries.push({ key: key ?? '', value: reader.expr(params[index + 1], param(place, index + 1)), span: SPAN });
  }
  return { kind: 'object', entries, span: SPAN };
}

function contextOf(reader: Reader, apply: Apply): Expr {
  const { params, place } = apply;
  if (!hasCount(reader, apply, 1, 2)) return MISSING;
  const schema = stringOf(params[0]);
  const version = params.length === 2 ? wholeOf(params[1]) : null;
  if (schema === null || /[{}\s]|;version=/.test(schema) || schema === '')
    return complain(reader, param(place, 0), 'Expected the name of a schema.');
  if (params.length === 2 && version === null) return complain(reader, param(place, 1), 'Expected the number of a version.');
  return { kind: 'context', schema, version, span: SPAN };
}

/** All instances of a class; the one that profiles have instances of is the experience event. */
function modelInstances(reader: Reader, apply: Apply): Expr {
  if (!hasCount(reader, apply, 1)) return MISSING;
  const [uri] = apply.params;
  if (/experienceevent/i.test(stringOf(uri) ?? '')) return { kind: 'name', name: 'xEvent', up: 0, span: SPAN };
  return complain(
    reader,
    param(apply.place, 0),
    `There are no instances of ${stringOf(uri) ?? shown(uri)}.`,
    'The events of a profile are those of the class ExperienceEvent.',
  );
}
