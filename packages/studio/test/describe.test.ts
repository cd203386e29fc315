import { describe, expect, it } from 'vitest';
import { detailsOf, eventTitle, factsOf, nameOf, profileHref } from '../src/profiles/describe.ts';

describe('a person', () => {
  it('is called by the full name, else by its parts', () => {
    expect(nameOf({ person: { name: { fullName: 'Ada King', firstName: 'Ada' } } })).toBe('Ada King');
    expect(nameOf({ person: { name: { firstName: 'Ada', lastName: 'Lovelace' } } })).toBe('Ada Lovelace');
    expect(nameOf({ person: {} })).toBeUndefined();
  });
  it('is told apart by mail and place', () =>
    expect(detailsOf({ personalEmail: { address: 'a@example.com' }, homeAddress: { city: 'Bern', countryCode: 'CH' } })).toEqual([
      'a@example.com',
      'Bern, CH',
    ]));
  it('has an address that survives odd identities', () =>
    expect(profileHref({ namespace: 'Email', id: 'a/b@c?d' })).toBe('/profiles/Email/a%2Fb%40c%3Fd'));
});

describe('an event', () => {
  it('of a standard type has a title in the singular', () => expect(eventTitle('commerce.productListAdds')).toBe('Added to cart'));
  it('of another type is titled by its last part', () => expect(eventTitle('my.shop.wishListShares')).toBe('Wish list shares'));
  it('tells what was searched, bought and paid first', () => {
    const fields = {
      siteSearch: { query: 'shoes' },
      productListItems: [{ name: 'Trail', quantity: 2 }, { name: 'Sock' }],
      commerce: { order: { priceTotal: 20, currencyCode: 'EUR' } },
    };
    expect(factsOf({ fields })).toEqual(['“shoes”', '2 × Trail and 1 more', '€20.00']);
  });
  it('of a field group nobody knows tells its first plain values', () =>
    expect(factsOf({ fields: { _acme: { door: 'north', open: true } } })).toEqual(['door: north', 'open: true']));
});
