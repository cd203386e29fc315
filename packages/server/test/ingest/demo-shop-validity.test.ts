import type { Type } from '@kindred/pql';
import { describe, expect, it } from 'vitest';
import { demoShop } from '../../src/ingest/sources/demo-shop/index.ts';
import { Shredder, unionSchema } from '../../src/schema/index.ts';

const END = Date.UTC(2026, 5, 15, 12);
const { profile, event } = unionSchema({ tenant: 'shop' });

/** Where and how a value breaks its type; empty when it fits. */
function misfits(value: unknown, type: Type, path: string): string[] {
  switch (type.kind) {
    case 'object':
      if (!isObject(value)) return [`${path}: no object`];
      return Object.entries(value).flatMap(([name, part]) => {
        const field = type.fields[name];
        return field ? misfits(part, field.type, `${path}.${name}`) : [`${path}.${name}: unknown field`];
      });
    case 'map':
      return isObject(value) ? Object.values(value).flatMap((part) => misfits(part, type.values, `${path}{}`)) : [`${path}: no map`];
    case 'array':
      return Array.isArray(value) ? value.flatMap((part) => misfits(part, type.items, `${path}[]`)) : [`${path}: no array`];
    case 'unknown':
      return [];
    default:
      return fits(value, type)
        ? []
        : [`${path}: ${JSON.stringify(value)} is no ${type.kind}${type.enum ? ` of ${type.enum.join(', ')}` : ''}`];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fits(value: unknown, type: Extract<Type, { enum?: unknown }>): boolean {
  switch (type.kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'string':
      return typeof value === 'string' && value !== '' && (type.enum?.includes(value) ?? true);
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
    case 'datetime':
      return typeof value === 'string' && new Date(value).toISOString() === value;
  }
}

describe('the documents of the demo shop', () => {
  const problems = { profile: new Set<string>(), event: new Set<string>() };
  const eventTypes = new Set<string>();
  const shredders = { profile: new Shredder('profiles', profile, 'reject'), event: new Shredder('events', event, 'reject') };
  const refused = new Set<string>();
  for (const { kind, record } of demoShop({ end: END, profiles: 2000 })) {
    for (const problem of misfits(record, kind === 'profile' ? profile : event, kind)) problems[kind].add(problem);
    if (!shredders[kind].shred(record)) for (const { field, reason } of shredders[kind].problems) refused.add(`${field}: ${reason}`);
    if (kind === 'event') eventTypes.add(record['eventType'] as string);
  }

  it('are profiles by the standard field groups', () => {
    expect([...problems.profile]).toEqual([]);
  });

  it('are events by the standard field groups', () => {
    expect([...problems.event]).toEqual([]);
  });

  it('are taken as they are by the import', () => {
    expect([...refused]).toEqual([]);
  });

  it('use standard event types only', () => {
    const { eventType } = event.fields;
    const standard = eventType?.type.kind === 'string' ? eventType.type.suggested : undefined;
    expect([...eventTypes].filter((name) => !standard?.includes(name))).toEqual([]);
  });

  it('have every kind of event in them', () => {
    expect([...eventTypes].toSorted()).toEqual([
      'application.launch',
      'commerce.backofficeCreditMemoIssued',
      'commerce.backofficeOrderCancelled',
      'commerce.backofficeOrderItemsShipped',
      'commerce.backofficeShipmentCompleted',
      'commerce.checkouts',
      'commerce.productListAdds',
      'commerce.productListOpens',
      'commerce.productListRemovals',
      'commerce.productListViews',
      'commerce.productViews',
      'commerce.purchases',
      'commerce.saveForLaters',
      'directMarketing.emailBounced',
      'directMarketing.emailClicked',
      'directMarketing.emailOpened',
      'directMarketing.emailSent',
      'directMarketing.emailUnsubscribed',
      'location.entry',
      'web.formFilledOut',
      'web.webinteraction.linkClicks',
      'web.webpagedetails.pageViews',
    ]);
  });
});
