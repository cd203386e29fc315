/** The e-commerce events of the tracking specification in the words of XDM. */
import type { Json } from './values.ts';
import { list, number, object, text, without } from './values.ts';

interface Kind {
  readonly eventType: string;
  /** The measure of `commerce` that it counts. */
  readonly measure: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'product viewed': { eventType: 'commerce.productViews', measure: 'productViews' },
  'product clicked': { eventType: 'commerce.productViews', measure: 'productViews' },
  'product list viewed': { eventType: 'commerce.productListViews', measure: 'productListViews' },
  'product list filtered': { eventType: 'commerce.productListViews', measure: 'productListViews' },
  'cart viewed': { eventType: 'commerce.productListViews', measure: 'productListViews' },
  'product added': { eventType: 'commerce.productListAdds', measure: 'productListAdds' },
  'product removed': { eventType: 'commerce.productListRemovals', measure: 'productListRemovals' },
  'product added to wishlist': { eventType: 'commerce.saveForLaters', measure: 'saveForLaters' },
  'checkout started': { eventType: 'commerce.checkouts', measure: 'checkouts' },
  'checkout step viewed': { eventType: 'commerce.checkouts', measure: 'checkouts' },
  'checkout step completed': { eventType: 'commerce.checkouts', measure: 'checkouts' },
  'order completed': { eventType: 'commerce.purchases', measure: 'purchases' },
};

const CURRENCY = /^[A-Z]{3}$/;

/** The fields of an event by its name, null when it is none of commerce. */
export function commerceFields(event: string, properties: Json): Json | null {
  const kind = KINDS[event.trim().toLowerCase()];
  if (kind === undefined) return null;
  const products = list(properties['products']);
  const items = (products.length > 0 ? products : [properties]).map((product) => lineItem(object(product) ?? {})).filter(hasFields);
  return without({
    eventType: kind.eventType,
    commerce: without({
      [kind.measure]: { value: 1 },
      order: kind.measure === 'purchases' ? order(properties) : undefined,
      cart: cart(properties),
    }),
    productListItems: items.length > 0 ? items : undefined,
  });
}

function order(properties: Json): Json {
  return without({
    purchaseID: text(properties['order_id'] ?? properties['orderId']),
    priceTotal: number(properties['total'] ?? properties['revenue'] ?? properties['value'] ?? properties['subtotal']),
    taxAmount: number(properties['tax']),
    discountAmount: number(properties['discount']),
    currencyCode: currency(properties['currency']),
  });
}

function cart(properties: Json): Json | undefined {
  const cartID = text(properties['cart_id']);
  return cartID === undefined ? undefined : { cartID };
}

function lineItem(product: Json): Json {
  const price = number(product['price']);
  const quantity = number(product['quantity']);
  const whole = quantity !== undefined && Number.isSafeInteger(quantity) ? quantity : undefined;
  return without({
    SKU: text(product['sku'] ?? product['product_id'] ?? product['productId']),
    product: text(product['product_id']),
    name: text(product['name']),
    quantity: whole,
    priceTotal: price === undefined ? undefined : price * (whole ?? 1),
    currencyCode: currency(product['currency']),
    productCategories: categories(product['category']),
  });
}

function categories(category: unknown): readonly Json[] | undefined {
  const name = text(category);
  return name === undefined ? undefined : [{ categoryName: name }];
}

function currency(value: unknown): string | undefined {
  return typeof value === 'string' && CURRENCY.test(value) ? value : undefined;
}

function hasFields(item: Json): boolean {
  return Object.keys(item).length > 0;
}
