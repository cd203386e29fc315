/** Sizes of the five audiences of data/online-retail by a plain script over the CSV, which shares nothing with Kindred. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

interface Line {
  readonly at: number;
  readonly cancelled: boolean;
  readonly sku: string;
  readonly cents: number;
  readonly country: string;
}

const DAY = 86_400_000;
/** British summer time of the year the data spans, in local time. */
const SUMMER = [Date.UTC(2011, 2, 27, 1), Date.UTC(2011, 9, 30, 2)] as const;

/** @param now epoch ms; the sizes are in the order of data/online-retail/audiences.json */
export function plainSizes(path: string, now: number): readonly number[] {
  const customers = [...linesByCustomer(path).values()];
  const size = (belongs: (lines: readonly Line[]) => boolean): number => customers.filter(belongs).length;
  const within = (line: Line, days: number): boolean => line.at >= now - days * DAY && line.at < now;
  const bought = (lines: readonly Line[]): readonly Line[] => lines.filter((line) => !line.cancelled);
  return [
    size((lines) => lines.some((line) => line.country === 'Germany')),
    size((lines) => bought(lines).filter((line) => within(line, 90)).length >= 100),
    size((lines) => bought(lines).reduce((sum, line) => sum + (within(line, 180) ? line.cents : 0), 0) > 200_000),
    size((lines) => lines.some((line) => line.cancelled && within(line, 60)) && !bought(lines).some((line) => within(line, 30))),
    size((lines) => {
      const bags = bought(lines).filter((line) => line.sku === '85099B');
      const holders = bought(lines).filter((line) => line.sku === '85123A');
      return holders.some((holder) => bags.some((bag) => bag.at > holder.at && bag.at <= holder.at + 30 * DAY));
    }),
  ];
}

function linesByCustomer(path: string): Map<string, Line[]> {
  const customers = new Map<string, Line[]>();
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  for (const row of text.trimEnd().split('\n').slice(1)) {
    const [invoice = '', sku = '', quantity, ts = '', price, customer = '', country = ''] = row.split(',');
    if (customer === '') continue;
    const local = Date.parse(`${ts.replace(' ', 'T')}:00Z`);
    const at = local >= SUMMER[0] && local < SUMMER[1] ? local - 3_600_000 : local;
    const lines = customers.get(customer) ?? [];
    customers.set(customer, lines);
    lines.push({ at, cancelled: invoice.startsWith('C'), sku, cents: Math.round(Number(quantity) * Number(price) * 100), country });
  }
  return customers;
}
