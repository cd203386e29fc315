/** Computed attributes: fields that stand for an expression. */
import { describe, expect, it } from 'vitest';
import { compile, compileField, evaluate, evaluateValue, compileValue, leafText } from '../src/index.ts';
import type { ComputedWindow, DataObject, Field, UnionSchema } from '../src/index.ts';
import { event, object, schema, utc } from './support/schema.ts';

const SPENT = 'xEvent[eventType = "buy"].sum(commerce.order.priceTotal)';
const WEEK: ComputedWindow = { amount: 7, unit: 'day' };

function fieldOf(text: string, window: ComputedWindow | null, known: UnionSchema = schema): Field {
  const { field, problems } = compileField(text, window, known);
  if (field === null) throw new Error(JSON.stringify(problems));
  return field;
}

function withComputed(fields: Record<string, Field>): UnionSchema {
  return { ...schema, profile: { ...schema.profile, fields: { ...schema.profile.fields, computed: object(fields) } } };
}

const buy = (days: number, priceTotal: number): DataObject => event('buy', { days }, { commerce: { order: { priceTotal } } });
const shop: DataObject = { minSpend: 40, xEvent: [buy(1, 30), buy(6.9, 20), buy(7.1, 500), event('view', { days: 1 })] };

function matches(text: string, known: UnionSchema, document: DataObject = shop): boolean {
  const { plan, problems } = compile(text, known);
  if (plan === null) throw new Error(JSON.stringify(problems));
  return evaluate(plan.test, document, utc);
}

describe('computed attributes', () => {
  const known = withComputed({
    spent: fieldOf(SPENT, null),
    spentInAWeek: fieldOf(SPENT, WEEK),
    views: fieldOf('(P) => P.xEvent[eventType = "view"].count()', WEEK),
    days: fieldOf('xEvent.map(timestamp)', { amount: 1, unit: 'month' }),
  });

  it.each([
    ['computed.spent = 550', true],
    ['computed.spentInAWeek = 50', true],
    ['computed.spentInAWeek > minSpend', true],
    ['computed.spent = 550 and computed.spentInAWeek = 550', false],
    ['computed.views = 1', true],
    ['xEvent[commerce.order.priceTotal > ^.computed.spentInAWeek].count() = 1', true],
    ['computed.days.count() = 4', true],
    ['let s = computed.spentInAWeek in s > 49 and s < 51', true],
  ])('%s', (text, expected) => {
    expect(matches(text, known)).toBe(expected);
  });

  it('is the leaf of its expression, so that both share one answer', () => {
    const short = compile('computed.spentInAWeek > 40', known).plan;
    const long = compile(
      'xEvent[eventType = "buy" and timestamp occurs <= 7 days before now].sum(commerce.order.priceTotal) > 40',
      known,
    ).plan;
    expect(Object.keys(short?.leaves ?? {})).toEqual(Object.keys(long?.leaves ?? {}));
    expect(Object.values(short?.leaves ?? {}).map(leafText)).toEqual(Object.values(long?.leaves ?? {}).map(leafText));
  });

  it('may use computed attributes made before', () => {
    const average = fieldOf('computed.spent / 3', null, known);
    const { value } = compileValue('computed.average', withComputed({ ...fieldsOf(known), average }));
    expect(value && evaluateValue(value, shop, utc)).toBeCloseTo(550 / 3);
  });

  it('takes nothing that has no value, and says why', () => {
    const { field, problems } = compileField('xEvent.sum(E.nothing)', null, schema);
    expect(field).toBeNull();
    expect(problems.map(({ code }) => code)).toEqual(['unknown-field']);
  });

  it('complains about the text at hand, never about its own', () => {
    const old = withComputed({ old: fieldOf('old', null) });
    expect(compile('computed.old = "x"', old).problems).toEqual([]);
  });
});

function fieldsOf({ profile }: UnionSchema): Record<string, Field> {
  const type = profile.fields['computed']?.type;
  return type?.kind === 'object' ? { ...type.fields } : {};
}
