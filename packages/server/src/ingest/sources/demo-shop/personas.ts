/** The kinds of people who visit, and how they behave. Numbers are per person; activity is spread around them. */
import { Weighted } from './random.ts';

export interface Persona {
  readonly name: 'loyal' | 'bargain hunter' | 'browser' | 'one-off' | 'lapsed' | 'passer-by' | 'guest';
  /** Share among customers with an account, and among anonymous visitors. */
  readonly share: { readonly customers: number; readonly anonymous: number };
  /** Shopping missions a year: a need that takes one or more sessions until it is bought or given up. */
  readonly missions: number;
  /** Sessions of a mission after the first. */
  readonly returns: number;
  /** Product pages of a session. */
  readonly views: number;
  /** Chance that a product looked at goes into the cart. */
  readonly cart: number;
  /** Chance that a cart goes to the checkout, and a checkout to a purchase, in one session. */
  readonly checkout: number;
  readonly pay: number;
  /** How much more likely they buy at a discount, 1 = no difference. */
  readonly bargain: number;
  /** Chance that an e-mail is opened. */
  readonly opens: number;
  /** Chance to leave for good after a delivered order, when nothing went wrong. */
  readonly leaves: number;
}

const PERSONAS: readonly Persona[] = [
  {
    name: 'loyal',
    share: { customers: 17, anonymous: 0 },
    missions: 6,
    returns: 1,
    views: 3,
    cart: 0.12,
    checkout: 0.62,
    pay: 0.6,
    bargain: 1,
    opens: 0.46,
    leaves: 0.015,
  },
  {
    name: 'bargain hunter',
    share: { customers: 20, anonymous: 0 },
    missions: 5,
    returns: 1.2,
    views: 4,
    cart: 0.11,
    checkout: 0.48,
    pay: 0.4,
    bargain: 2.2,
    opens: 0.38,
    leaves: 0.05,
  },
  {
    name: 'browser',
    share: { customers: 26, anonymous: 0 },
    missions: 4.5,
    returns: 1.1,
    views: 4.2,
    cart: 0.07,
    checkout: 0.38,
    pay: 0.34,
    bargain: 1.2,
    opens: 0.24,
    leaves: 0.06,
  },
  {
    name: 'one-off',
    share: { customers: 20, anonymous: 0 },
    missions: 1.1,
    returns: 1,
    views: 3.5,
    cart: 0.15,
    checkout: 0.6,
    pay: 0.58,
    bargain: 1.1,
    opens: 0.14,
    leaves: 0.35,
  },
  {
    name: 'lapsed',
    share: { customers: 17, anonymous: 0 },
    missions: 3.2,
    returns: 0.8,
    views: 3,
    cart: 0.09,
    checkout: 0.5,
    pay: 0.44,
    bargain: 1.2,
    opens: 0.09,
    leaves: 0.25,
  },
  {
    name: 'passer-by',
    share: { customers: 0, anonymous: 88 },
    missions: 1.2,
    returns: 0.5,
    views: 2.6,
    cart: 0.045,
    checkout: 0.22,
    pay: 0.2,
    bargain: 1.2,
    opens: 0,
    leaves: 0,
  },
  {
    name: 'guest',
    share: { customers: 0, anonymous: 12 },
    missions: 1.3,
    returns: 0.9,
    views: 3.4,
    cart: 0.13,
    checkout: 0.55,
    pay: 0.48,
    bargain: 1.2,
    opens: 0,
    leaves: 0,
  },
];

export const customerPersona = new Weighted(PERSONAS, (persona) => persona.share.customers);
export const anonymousPersona = new Weighted(PERSONAS, (persona) => persona.share.anonymous);
