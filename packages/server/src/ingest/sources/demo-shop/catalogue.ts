/**
 * The range: ten products in each category, the same for every seed, with made-up brands. What an event says
 * about a product, a category or a page is built once here and shared by all events.
 */
import { CATEGORIES } from './categories.ts';
import type { Category } from './categories.ts';
import { Random, Weighted } from './random.ts';
import type { Fields } from './records.ts';

export const CURRENCY = 'EUR';
const SHOP_URL = 'https://shop.example';

const PRODUCTS_PER_CATEGORY = 10;
const CATALOGUE_SEED = 20_260_101;
const BRANDS = [
  'Korvane',
  'Tessalp',
  'Brimlund',
  'Oskarra',
  'Pellund',
  'Ravelund',
  'Sundrel',
  'Tolvikk',
  'Zephrane',
  'Hjemfell',
  'Quarrin',
  'Ülvane',
];

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly category: Category;
  /** List price in euro. */
  readonly price: number;
  /** One piece at list price, as a line of `productListItems`. */
  readonly line: Fields;
  /** `web` of the product's page. */
  readonly page: Fields;
}

export interface Department {
  readonly category: Category;
  readonly byPopularity: Weighted<Product>;
  /** `web` of the category's page. */
  readonly page: Fields;
  /** Search texts by popularity. */
  readonly searches: Weighted<string>;
}

/** `web` of a page view: `{ webPageDetails }`. */
function webPage(name: string, siteSection: string, path: string): Fields {
  return { webPageDetails: { name, siteSection, URL: `${SHOP_URL}${path}`, pageViews: { value: 1 } } };
}

function makeProduct(category: Category, rank: number, random: Random): Product {
  const model = category.models[rank % category.models.length]!;
  const name = `${random.pick(BRANDS)} ${model} ${random.pick(['One', 'Pro', 'Lite', 'Plus', 'II'])}`;
  const [low, high] = category.price;
  // Most of a range is cheap: prices are spread evenly on a logarithmic scale and end in ,95.
  const price = Math.floor(low * (high / low) ** random.unit()) + 0.95;
  const sku = `${category.id.slice(0, 3).toUpperCase()}-${CATEGORIES.indexOf(category) + 10}${String(rank).padStart(2, '0')}`;
  const productCategories = [
    { categoryID: category.id, categoryName: category.name, categoryPath: `${category.department}/${category.name}` },
  ];
  return {
    sku,
    name,
    category,
    price,
    line: { SKU: sku, name, currencyCode: CURRENCY, quantity: 1, priceTotal: price, productCategories },
    page: webPage(name, category.department, `/${category.id}/${sku.toLowerCase()}`),
  };
}

function makeDepartment(category: Category): Department {
  const random = new Random(CATALOGUE_SEED, CATEGORIES.indexOf(category));
  const products = Array.from({ length: PRODUCTS_PER_CATEGORY }, (_, rank) => makeProduct(category, rank, random));
  return {
    category,
    byPopularity: new Weighted(products, (_, rank) => 1 / (rank + 1)),
    page: webPage(category.name, category.department, `/${category.id}`),
    searches: new Weighted(category.searches, (_, rank) => 1 / (rank + 1)),
  };
}

export const DEPARTMENTS: readonly Department[] = CATEGORIES.map(makeDepartment);

/** What visitors want in each month (0 = January). */
export const departmentByMonth: readonly Weighted<Department>[] = Array.from(
  { length: 12 },
  (_, month) => new Weighted(DEPARTMENTS, ({ category }) => category.demand * category.months[month]!),
);

export const PAGES = {
  home: { webPageDetails: { name: 'Home', siteSection: 'Home', URL: `${SHOP_URL}/`, isHomePage: true, pageViews: { value: 1 } } },
  search: webPage('Search results', 'Search', '/search'),
  cart: webPage('Cart', 'Checkout', '/cart'),
  checkout: webPage('Checkout', 'Checkout', '/checkout'),
  thanks: webPage('Thank you', 'Checkout', '/thank-you'),
  wishList: webPage('Wish list', 'Account', '/wish-list'),
  help: webPage('Help', 'Service', '/help'),
  sizeGuide: webPage('Size guide', 'Service', '/size-guide'),
} as const satisfies Record<string, Fields>;
