/** What lies in a cart, and how events tell of it. */
import type { Product } from './catalogue.ts';
import { cents, ONE } from './records.ts';
import type { Fields } from './records.ts';

export interface CartLine {
  readonly product: Product;
  readonly quantity: number;
}

export interface Cart {
  readonly id: string;
  readonly lines: readonly CartLine[];
}

export function itemOf({ product, quantity }: CartLine): Fields {
  return quantity === 1 ? product.line : { ...product.line, quantity, priceTotal: cents(product.price * quantity) };
}

/** Counts one `counter` of `commerce` for these lines of a cart. */
export function cartFields(counter: string, cartID: string, lines: readonly CartLine[]): Fields {
  return { commerce: { [counter]: ONE, cart: { cartID } }, productListItems: lines.map(itemOf) };
}
