import type { UnionSchema } from '@kindred/pql';
import { describe, expect, it } from 'vitest';
import { placeAt } from '../src/editor/scope.ts';

const schema: UnionSchema = {
  profile: {
    kind: 'object',
    fields: {
      homeAddress: { type: { kind: 'object', fields: { city: { type: { kind: 'string' } } } } },
      loyalty: { type: { kind: 'object', fields: { tier: { type: { kind: 'string', enum: ['gold'] } } } } },
      prefs: { type: { kind: 'map', values: { kind: 'string' } } },
    },
  },
  event: {
    kind: 'object',
    fields: {
      eventType: { type: { kind: 'string' } },
      timestamp: { type: { kind: 'datetime' } },
      productListItems: { type: { kind: 'array', items: { kind: 'object', fields: { SKU: { type: { kind: 'string' } } } } } },
      commerce: {
        type: { kind: 'object', fields: { order: { type: { kind: 'object', fields: { priceTotal: { type: { kind: 'number' } } } } } } },
      },
    },
  },
};

/** The place at the bar in the text. */
function at(marked: string) {
  return placeAt(marked.replace('|', ''), marked.indexOf('|'), schema);
}

const names = (marked: string) => Object.keys(at(marked).fields);

describe('fields that a bare name may mean', () => {
  it('are the attributes and the events at the top', () => expect(names('|')).toEqual(['homeAddress', 'loyalty', 'prefs', 'xEvent']));
  it('are those of an event inside a filter of xEvent', () => expect(names('xEvent[|')).toContain('eventType'));
  it('are those of an event inside WHAT', () => expect(names('chain(xEvent, timestamp, [A: WHAT(|')).toContain('eventType'));
  it('are those of an event inside an aggregate of a filtered list', () =>
    expect(names('xEvent[eventType = "a"].sum(|')).toContain('commerce'));
  it('are those of a member inside a nested filter', () => expect(names('xEvent[productListItems[|')).toEqual(['SKU']));
  it('are those of a member inside exists', () => expect(names('xEvent[productListItems.exists(|')).toEqual(['SKU']));
  it('are the attributes again behind a closed filter', () => expect(names('xEvent[eventType = "a"] and |')).toContain('homeAddress'));
  it('are the attributes inside plain parentheses', () => expect(names('not (|')).toContain('homeAddress'));
  it('are those of an event behind an unclosed string', () => expect(names('xEvent[eventType = "a" and |')).toContain('timestamp'));
});

describe('the type before a dot', () => {
  it('is null without a dot', () => expect(at('homeAddress|').receiver).toBeNull());
  it('is the object of a path', () => expect(at('homeAddress.|').receiver?.kind).toBe('object'));
  it('is the field at the end of a path', () => expect(at('homeAddress.city.|').receiver).toEqual({ kind: 'string' }));
  it('is a list behind a filter', () => expect(at('xEvent[eventType = "a"].|').receiver?.kind).toBe('array'));
  it('is a list of what members hold, through a list', () =>
    expect(at('xEvent[productListItems.SKU.|').receiver).toEqual({ kind: 'array', items: { kind: 'string' } }));
  it('is a number behind a count', () => expect(at('xEvent.count().|').receiver?.kind).toBe('number'));
  it('is the value of a map behind get', () => expect(at('prefs.get("a").|').receiver).toEqual({ kind: 'string' }));
  it('is the attribute of the profile behind a caret', () =>
    expect(at('xEvent[^.homeAddress.city.|').receiver).toEqual({ kind: 'string' }));
  it('is unknown for a field that is not there', () => expect(at('nowhere.|').receiver).toEqual({ kind: 'unknown' }));
});

describe('what a string is compared with', () => {
  it('is the field before an equals sign', () => expect(at('xEvent[eventType = |').compared?.name).toBe('eventType'));
  it('is the field before in, anywhere in the list', () => expect(at('loyalty.tier in ["gold", |').compared?.name).toBe('tier'));
  it('is the field before an equals call', () => expect(at('loyalty.tier.equals(|').compared?.type).toMatchObject({ enum: ['gold'] }));
  it('is nothing elsewhere', () => expect(at('homeAddress.city.contains(|').compared).toBeNull());
});
