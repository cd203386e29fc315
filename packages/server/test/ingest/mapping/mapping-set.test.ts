/** What mapping sets make of records: lists, objects, destinations, and what is refused. */
import { expect, test } from 'vitest';
import { mappingRows, previewMapping } from '../../../src/ingest/index.ts';
import { unionSchema } from '../../../src/schema/index.ts';
import { RUN } from './expressions.ts';

const schema = unionSchema({ tenant: 'acme' });

interface Row {
  readonly source: string;
  readonly destination: string;
  readonly sourceType?: string;
}

function preview(rows: readonly Row[], record: object, target: 'event' | 'profile' = 'event') {
  const [made] = previewMapping(mappingRows(rows), [record], { schema, target, run: RUN });
  return made;
}

test('lists go member by member, and one value goes to all members', () => {
  const rows = [
    { source: 'lines[*].code', destination: 'productListItems[*].SKU' },
    { source: 'lines[*].count', destination: 'productListItems[*].quantity' },
    { sourceType: 'EXPRESSION', source: 'upper(currency)', destination: 'productListItems[*].currencyCode' },
  ];
  const record = {
    currency: 'eur',
    lines: [
      { code: 'a', count: '2' },
      { code: 'b', count: 1 },
    ],
  };
  expect(preview(rows, record)).toEqual({
    data: {
      productListItems: [
        { SKU: 'a', quantity: 2, currencyCode: 'EUR' },
        { SKU: 'b', quantity: 1, currencyCode: 'EUR' },
      ],
    },
    problems: [],
  });
});

test('an object that is copied keeps the names that XDM has', () => {
  const record = { address: { city: 'Rome', postalCode: '00100', mood: 'fine' } };
  expect(preview([{ source: 'address', destination: 'homeAddress' }], record, 'profile')).toEqual({
    data: { homeAddress: { city: 'Rome', postalCode: '00100' } },
    problems: [],
  });
});

test('what has no value is left out', () => {
  const rows = [
    { source: 'first', destination: 'person.name.firstName' },
    { sourceType: 'EXPRESSION', source: 'lower(nothing)', destination: 'person.name.lastName' },
  ];
  expect(preview(rows, { first: 'Ann' }, 'profile')).toEqual({ data: { person: { name: { firstName: 'Ann' } } }, problems: [] });
});

test('all that is wrong with a record is told', () => {
  const rows = [
    { sourceType: 'EXPRESSION', source: 'date(day)', destination: 'timestamp' },
    { source: 'total', destination: 'commerce.order.priceTotal' },
  ];
  const { problems = [] } = preview(rows, { day: 'soon', total: 'much' }) ?? {};
  expect(problems.map(({ field }) => field)).toEqual(['timestamp', 'commerce.order.priceTotal']);
});

test.each([
  [{ source: 'a', destination: 'person.nmae' }, 'person.nmae'],
  [{ sourceType: 'EXPRESSION', source: 'concat(', destination: '_id' }, 'mappings[0].source'],
  [{ sourceType: 'SQL', source: 'a', destination: '_id' }, 'mappings[0].sourceType'],
  [{ source: 'a', destination: '' }, 'mappings[0].destination'],
])('%j is refused', (row, place) => {
  expect(() => preview([row], {}, 'event')).toThrow(place);
});
