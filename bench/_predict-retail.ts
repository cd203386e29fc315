/** What is known of the retailer's customers at a cut-off: recency, frequency, money, trends and gaps, all from lines before it. */
import type { ColumnName, Row } from './_predict-data.ts';

export interface RetailLine {
  readonly customer: string;
  readonly invoice: string;
  readonly item: string;
  readonly country: string;
  /** ms since the epoch */
  readonly at: number;
  /** Negative when cancelled. */
  readonly value: number;
}

const DAY = 86_400_000;
const WINDOWS = [7, 30, 90, 180];

const NUMBERS = [
  ...WINDOWS.flatMap((days) => [`orders ${days}`, `revenue ${days}`, `lines ${days}`]),
  'orders',
  'revenue',
  'order value',
  'largest order',
  'items',
  'days active',
  'cancellations',
  'recency',
  'tenure',
  'mean gap',
  'deviation of gaps',
  'last gap',
  'recency in gaps',
  'trend of orders',
];

export const RETAIL_COLUMNS: readonly ColumnName[] = [
  ...NUMBERS.map((name) => ({ name, kind: 'numeric' }) as const),
  { name: 'country', kind: 'categorical' },
];

/** Customers who bought before the cut-off, last within 180 days of it; whether they buy in the 60 days from it. */
export function retailSnapshot(lines: readonly RetailLine[], cutOff: number): readonly (Row & { readonly customer: string })[] {
  const byCustomer = new Map<string, RetailLine[]>();
  for (const line of lines) {
    const own = byCustomer.get(line.customer);
    if (own === undefined) byCustomer.set(line.customer, [line]);
    else own.push(line);
  }
  return [...byCustomer].flatMap(([customer, own]) => {
    const before = own.filter(({ at }) => at < cutOff);
    const bought = before.filter(({ value }) => value > 0);
    const last = Math.max(...before.map(({ at }) => at));
    if (bought.length === 0 || last < cutOff - 180 * DAY) return [];
    const label = own.some(({ at, value }) => value > 0 && at >= cutOff && at < cutOff + 60 * DAY) ? 1 : 0;
    return [{ customer, label, values: [...numbersOf(before, bought, cutOff), own[0]!.country] }];
  });
}

function numbersOf(before: readonly RetailLine[], bought: readonly RetailLine[], cutOff: number): readonly number[] {
  const orders = [...Map.groupBy(bought, ({ invoice }) => invoice).values()]
    .map((lines) => ({ at: lines[0]!.at, value: sum(lines.map(({ value }) => value)) }))
    .toSorted((one, other) => one.at - other.at);
  const recency = (cutOff - orders.at(-1)!.at) / DAY;
  const gaps = orders.slice(1).map(({ at }, index) => (at - orders[index]!.at) / DAY);
  const gap = sum(gaps) / gaps.length;
  const within = (days: number) => orders.filter(({ at }) => at >= cutOff - days * DAY);
  const windows = WINDOWS.flatMap((days) => [
    within(days).length,
    sum(within(days).map(({ value }) => value)),
    bought.filter(({ at }) => at >= cutOff - days * DAY).length,
  ]);
  const values = orders.map(({ value }) => value);
  return [
    ...windows,
    orders.length,
    sum(values),
    sum(values) / orders.length,
    Math.max(...values),
    new Set(bought.map(({ item }) => item)).size,
    new Set(bought.map(({ at }) => Math.floor(at / DAY))).size,
    before.filter(({ value }) => value < 0).length,
    recency,
    (cutOff - orders[0]!.at) / DAY,
    gap,
    Math.sqrt(sum(gaps.map((each) => (each - gap) ** 2)) / gaps.length),
    gaps.at(-1) ?? Number.NaN,
    gap > 0 ? recency / gap : Number.NaN,
    within(30).length / (within(90).length / 3 + 0.2),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
