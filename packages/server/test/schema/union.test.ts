import type { Field, ObjectType, Type } from '@kindred/pql';
import { describe, expect, test } from 'vitest';
import { columnsOf, dateText, instantText, parseDate, parseInstant, unionSchema } from '../../src/schema/index.ts';
import { parseNotation } from '../../src/schema/notation.ts';

const schema = unionSchema({ tenant: 'acme' });

function fieldAt(type: ObjectType, path: string): Field | undefined {
  let field: Field | undefined;
  let inner: Type = type;
  for (const step of path.split('.')) {
    if (inner.kind === 'array') inner = inner.items;
    if (inner.kind === 'map') inner = inner.values;
    field = inner.kind === 'object' ? inner.fields[step] : undefined;
    inner = field?.type ?? { kind: 'unknown' };
  }
  return field;
}

describe('the standard field groups', () => {
  test.each([
    ['profile', 'person.name.firstName', 'string'],
    ['profile', 'person.birthYear', 'integer'],
    ['profile', 'homeAddress._schema.latitude', 'number'],
    ['profile', 'personalEmail.address', 'string'],
    ['profile', 'organizations', 'array'],
    ['profile', 'loyalty.pointsExpiration.pointsExpirationDate', 'datetime'],
    ['profile', 'pushNotificationTokens.device.model', 'string'],
    ['profile', 'subscriptions.startDate', 'date'],
    ['profile', 'consents.marketing.email.subscriptions', 'map'],
    ['profile', 'segmentMembership', 'map'],
    ['profile', 'identityMap', 'map'],
    ['event', 'commerce.purchases.value', 'number'],
    ['event', 'productListItems.productCategories.categoryName', 'string'],
    ['event', 'order.payment.paymentAmount', 'number'],
    ['event', 'web.fillOutForm.webFormName', 'string'],
    ['event', 'application.sessionLength', 'integer'],
    ['event', 'environment.browserDetails.userAgentClientHints.mobile', 'boolean'],
    ['event', 'placeContext.POIinteraction.poiEntries.value', 'number'],
    ['event', 'search.keywords', 'string'],
    ['event', 'siteSearch.filter.value', 'array'],
    ['event', 'directMarketing.opens.value', 'number'],
    ['event', 'endUserIDs._experience.mcid.id', 'string'],
    ['event', 'loyalty.pointsGained.value', 'number'],
    ['event', 'supportRequest.supportRequestSteps.transaction.transactionAmount.amount', 'number'],
    ['event', 'mediaCollection.sessionDetails.friendlyName', 'string'],
  ] as const)('a %s has %s, a %s', (xdmClass, path, kind) => {
    expect(fieldAt(schema[xdmClass], path)?.type.kind).toBe(kind);
  });

  test('closed lists are enums and open lists are suggestions', () => {
    expect(fieldAt(schema.profile, 'person.gender')?.type).toEqual({
      kind: 'string',
      enum: ['male', 'female', 'not_specified', 'non_specific'],
    });
    expect(fieldAt(schema.event, 'channel.mediaType')?.type).toEqual({ kind: 'string', suggested: ['paid', 'owned', 'earned'] });
    const eventType = fieldAt(schema.event, 'eventType')?.type;
    expect(eventType?.kind === 'string' ? eventType.suggested : []).toHaveLength(88);
  });

  test('every field has a title, and every column a name of its own', () => {
    const untitled: string[] = [];
    const walk = (type: Type, path: string): void => {
      if (type.kind === 'array') walk(type.items, path);
      else if (type.kind === 'map') walk(type.values, path);
      else if (type.kind === 'object') {
        for (const [name, field] of Object.entries(type.fields)) {
          if (!field.title) untitled.push(`${path}.${name}`);
          walk(field.type, `${path}.${name}`);
        }
      }
    };
    walk(schema.profile, 'profile');
    walk(schema.event, 'event');
    expect(untitled).toEqual([]);
    for (const columns of [columnsOf('events', schema.event), columnsOf('profiles', schema.profile)]) {
      expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
    }
  });

  test('what has a place of its own is no column', () => {
    const names = columnsOf('events', schema.event).map(({ path }) => path[0]);
    for (const name of ['_id', 'timestamp', 'eventType', 'identityMap', 'segmentMembership']) expect(names).not.toContain(name);
  });
});

test('the notation reads types, limits, lists, descriptions and nesting', () => {
  const type = parseNotation(`a, b: i 1..5 "Some number", c 'See' {d[]: dt, e{}[] {f: string /^x$/}}, g: ~{p,"q r"}, h: string ..9`);
  expect(type.fields).toEqual({
    a: { type: { kind: 'string' }, title: 'A' },
    b: { type: { kind: 'integer', limits: { minimum: 1, maximum: 5 } }, title: 'B', description: 'Some number' },
    c: {
      title: 'See',
      type: {
        kind: 'object',
        fields: {
          d: { title: 'D', type: { kind: 'array', items: { kind: 'datetime' } } },
          e: {
            title: 'E',
            type: {
              kind: 'map',
              values: {
                kind: 'array',
                items: { kind: 'object', fields: { f: { title: 'F', type: { kind: 'string', limits: { pattern: '^x$' } } } } },
              },
            },
          },
        },
      },
    },
    g: { type: { kind: 'string', suggested: ['p', 'q r'] }, title: 'G' },
    h: { type: { kind: 'string', limits: { maxLength: 9 } }, title: 'H' },
  });
  for (const broken of ['a {b', 'a: nothing', 'a: <nothing>', 'a }', '[]']) expect(() => parseNotation(broken)).toThrow('field notation');
});

test.each([
  ['2026-01-05T10:11:12Z', '2026-01-05T10:11:12.000Z'],
  ['2026-01-05T10:11:12.345Z', '2026-01-05T10:11:12.345Z'],
  ['2026-01-05t10:11:12.345678z', '2026-01-05T10:11:12.345Z'],
  ['2026-01-05 10:11+02:00', '2026-01-05T08:11:00.000Z'],
  ['2026-01-05T10:11:12-0530', '2026-01-05T15:41:12.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['1900-01-01T00:00:00.000Z', '1900-01-01T00:00:00.000Z'],
])('the time %s is %s', (text, expected) => {
  expect(instantText(parseInstant(text))).toBe(expected);
});

test.each([
  '2026-01-05',
  '2026-01-05T10:11:12',
  '2025-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-05T24:00:00Z',
  '2026-01-05T10:60:00Z',
  'x026-01-05T10:11:12Z',
  '',
  'now',
])('%j is no time', (text) => {
  expect(parseInstant(text)).toBeNaN();
});

test('dates are midnights in UTC', () => {
  expect(dateText(parseDate('1990-02-03'))).toBe('1990-02-03');
  for (const text of ['1990-02-30', '1990-2-3', '1990-02-03T00:00:00Z']) expect(parseDate(text)).toBeNaN();
});
