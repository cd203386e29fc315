/** A small union schema with one field of every kind, and short ways to compile and evaluate against it. */
import { compile, evaluate, renderProblem } from '../../src/index.ts';
import type { DataObject, EvaluationContext, Field, Plan, ScalarKind, Type, UnionSchema } from '../../src/index.ts';

export const scalar = (kind: ScalarKind): Field => ({ type: { kind } });
export const object = (fields: Record<string, Field>): Field => ({ type: { kind: 'object', fields } });
export const list = ({ type }: Field): Field => ({ type: { kind: 'array', items: type } });
export const map = ({ type }: Field): Field => ({ type: { kind: 'map', values: type } });
const fieldsOf = (fields: Record<string, Field>): Extract<Type, { kind: 'object' }> => ({ kind: 'object', fields });

export const schema: UnionSchema = {
  profile: fieldsOf({
    person: object({ name: object({ firstName: scalar('string'), lastName: scalar('string') }), birthDate: scalar('date') }),
    personalEmail: object({ address: scalar('string') }),
    homeAddress: object({ city: scalar('string') }),
    loyalty: object({
      level: { type: { kind: 'string', enum: ['bronze', 'silver', 'gold'] } },
      points: scalar('number'),
      joined: scalar('datetime'),
    }),
    vip: scalar('boolean'),
    visits: scalar('integer'),
    level: scalar('string'),
    signup: scalar('datetime'),
    tags: list(scalar('string')),
    owned: list(scalar('string')),
    numbers: list(scalar('number')),
    carts: list(
      object({ total: scalar('number'), sku: scalar('string'), store: scalar('string'), lines: list(object({ price: scalar('number') })) }),
    ),
    prefs: map(object({ on: scalar('boolean'), val: scalar('string') })),
    words: map(scalar('string')),
    old: { type: { kind: 'string' }, deprecated: true },
    minSpend: scalar('number'),
    _acme: object({ score: scalar('number') }),
  }),
  event: fieldsOf({
    _id: scalar('string'),
    timestamp: scalar('datetime'),
    eventType: scalar('string'),
    channel: scalar('string'),
    commerce: object({ order: object({ priceTotal: scalar('number'), purchaseID: scalar('string') }) }),
    productListItems: list(object({ SKU: scalar('string'), priceTotal: scalar('number'), quantity: scalar('integer') })),
    search: object({ terms: scalar('string') }),
  }),
};

/** Thursday 14 March 2024, 15:09:26.535 UTC. */
export const NOW = Date.UTC(2024, 2, 14, 15, 9, 26, 535);
export const utc: EvaluationContext = { now: NOW, zone: 'UTC' };

/** The plan of a text that must compile. */
export function planFor(text: string, against: UnionSchema = schema): Plan {
  const { plan, problems } = compile(text, against);
  if (plan === null) throw new Error(`${text}\n${problems.map((problem) => renderProblem(text, problem)).join('\n')}`);
  return plan;
}

/** Whether a profile satisfies a text. */
export function holds(text: string, document: DataObject = {}, context: EvaluationContext = utc): boolean {
  return evaluate(planFor(text).test, document, context);
}

/** Codes of the problems of a text, in the order of the text. */
export function codes(text: string, against: UnionSchema = schema): readonly string[] {
  return compile(text, against).problems.map((problem) => problem.code);
}

/** An event some time before NOW. */
export function event(
  eventType: string,
  ago: { readonly days?: number; readonly hours?: number; readonly minutes?: number } = {},
  more: DataObject = {},
): DataObject {
  const { days = 0, hours = 0, minutes = 0 } = ago;
  return {
    _id: `${eventType}-${days}-${hours}-${minutes}`,
    eventType,
    timestamp: new Date(NOW - ((days * 24 + hours) * 60 + minutes) * 60_000).toISOString(),
    ...more,
  };
}
