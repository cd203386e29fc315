/** The demo shop as a source of an import. */
import type { DemoShopOptions } from './demo-shop/index.ts';
import { demoShop } from './demo-shop/index.ts';
import type { Batch, Source, SourceRow } from './source.ts';

/** Visitors made at a time. Few, so that their records are gone before the garbage collector has to move them. */
const VISITORS = 10;

/** Lines are numbers of records; its size is in visitors. */
export function openDemoShop(options: DemoShopOptions & { readonly profiles: number }): Source {
  const { from = 0, to = options.profiles } = options;
  let visitor = from;
  let line = 0;
  return {
    columns: null,
    asOf: options.end,
    size: to - from,
    position: () => visitor - from,
    // eslint-disable-next-line typescript/require-await -- sources are asynchronous
    async *batches(): AsyncGenerator<Batch> {
      while (visitor < to) {
        const end = Math.min(visitor + VISITORS, to);
        const rows: SourceRow[] = [];
        for (const { kind, record } of demoShop({ ...options, from: visitor, to: end })) rows.push({ line: ++line, kind, value: record });
        visitor = end;
        yield { rows, malformed: [] };
      }
    },
  };
}
