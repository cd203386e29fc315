/** Conditions on events in a query string: `property=commerce.order.priceTotal>=100`. */
import type { Document } from '../../schema/index.ts';
import { RequestError } from '../errors.ts';

export type EventCondition = (event: Document) => boolean;

const MOST = 3;
const FORM = /^\s*([A-Za-z_][\w.-]*?)\s*(==|!=|<=|>=|<|>)\s*(.*?)\s*$/s;

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Throws RequestError. */
export function parseConditions(texts: readonly string[]): readonly EventCondition[] {
  if (texts.length > MOST) throw new RequestError('request-invalid', `There are ${texts.length} properties; it takes ${MOST} at most.`);
  return texts.map((text) => {
    const [, path, operator = '', value] = FORM.exec(text) ?? [];
    const holds = ORDERS[operator];
    if (path === undefined || value === undefined || holds === undefined) {
      throw new RequestError('request-invalid', `property=${text} is not understood.`, {
        hint: 'Write path, operator and value: commerce.order.priceTotal>=100. Operators: == != < <= > >=.',
      });
    }
    const names = path.split('.');
    return (event) => valuesAt(event, names).some((found) => holds(compare(found, value)));
  });
}

/** What is known at a path, through arrays. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((member) => valuesAt(member, name === undefined ? [] : [name, ...rest]));
  if (name === undefined) return value === undefined || value === null ? [] : [value];
  return typeof value === 'object' && value !== null ? valuesAt((value as Readonly<Record<string, unknown>>)[name], rest) : [];
}

/** Numbers as numbers, everything else as its text; times in ISO 8601 are in the order of their text. */
function compare(found: unknown, wanted: string): number {
  if (typeof found === 'number') return found - Number(wanted);
  const text = String(found);
  return text < wanted ? -1 : text > wanted ? 1 : 0;
}
