/** Files with the events of the demo shop, as JSON Lines (whole documents) and as CSV (a flat extract). */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { demoShop } from '../packages/server/src/ingest/sources/demo-shop/index.ts';

/** The instant at which the year of the demo shop ends in every measurement, epoch ms. */
export const NOW = Date.UTC(2026, 10, 20, 12);

type Document = Readonly<Record<string, unknown>>;

/** Lines gathered before they are written. */
const BUFFER = 2000;

export function* events(count: number): Generator<Document> {
  let left = count;
  for (const { kind, record } of demoShop({ end: NOW, profiles: Infinity })) {
    if (kind !== 'event') continue;
    yield record;
    left -= 1;
    if (left === 0) return;
  }
}

function* lines(count: number, lineOf: (event: Document) => string): Generator<string> {
  let text = '';
  let gathered = 0;
  for (const event of events(count)) {
    text += `${lineOf(event)}\n`;
    gathered += 1;
    if (gathered % BUFFER !== 0) continue;
    yield text;
    text = '';
  }
  yield text;
}

export async function writeJsonl(path: string, count: number): Promise<void> {
  await pipeline(Readable.from(lines(count, (event) => JSON.stringify(event))), createWriteStream(path));
}

/** Columns of the CSV file that become fields of the event. */
const CSV_FIELDS: Readonly<Record<string, string>> = {
  device: 'device.type',
  country: 'placeContext.geo.countryCode',
  city: 'placeContext.geo.city',
  page: 'web.webPageDetails.name',
  section: 'web.webPageDetails.siteSection',
  search: 'siteSearch.query',
  cart: 'commerce.cart.cartID',
  order: 'commerce.order.purchaseID',
  total: 'commerce.order.priceTotal',
  currency: 'commerce.order.currencyCode',
  campaign: 'marketing.campaignName',
};

/** The mapping that makes the CSV file XDM again. */
export const CSV_MAPPING = {
  version: 1,
  target: 'event',
  dataset: 'bench',
  id: 'id',
  timestamp: { column: 'time', format: 'iso' },
  eventType: 'type',
  identity: { namespace: 'CRMID', column: 'person' },
  fields: Object.fromEntries(Object.entries(CSV_FIELDS).map(([column, path]) => [path, column])),
};

export async function writeCsv(path: string, count: number): Promise<void> {
  const paths = Object.values(CSV_FIELDS).map((each) => each.split('.'));
  const lineOf = (event: Document): string => {
    const fixed = [['_id'], ['timestamp'], ['eventType']].map((each) => valueAt(event, each));
    return [...fixed, primaryId(event), ...paths.map((each) => valueAt(event, each))].map(cell).join(',');
  };
  const file = createWriteStream(path);
  file.write(`${['id', 'time', 'type', 'person', ...Object.keys(CSV_FIELDS)].join(',')}\n`);
  await pipeline(Readable.from(lines(count, lineOf)), file);
}

function primaryId(event: Document): string | number | undefined {
  return valueAt(event, ['identityMap', 'CRMID', '0', 'id']) ?? valueAt(event, ['identityMap', 'ECID', '0', 'id']);
}

function valueAt(document: Document, path: readonly string[]): string | number | undefined {
  let value: unknown = document;
  for (const step of path) value = typeof value === 'object' && value !== null ? (value as Document)[step] : undefined;
  return value as string | number | undefined;
}

function cell(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
