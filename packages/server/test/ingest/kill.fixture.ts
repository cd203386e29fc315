/** A process that imports a file into a folder; the test kills it. Arguments: folder, file. */
import { join } from 'node:path';
import { parseMapping, runImport } from '../../src/ingest/index.ts';
import { openFolder } from '../profile/open.ts';

const [folder = '', path = ''] = process.argv.slice(2);
const opened = await openFolder(folder);
const report = await runImport({
  source: { kind: 'file', path },
  mapping: parseMapping({
    version: 1,
    target: 'event',
    dataset: 'views',
    identity: { namespace: 'CRMID', column: 'who' },
    id: 'n',
    timestamp: { column: 'at', zone: 'UTC' },
    fields: { 'productListItems[0].SKU': 'sku' },
  }),
  tables: opened.tables,
  deadLetterFile: join(folder, 'dead.jsonl'),
  clock: () => 0,
  chunkRows: 2000,
  onProgress: ({ accepted }) => process.stdout.write(`${accepted}\n`),
});
process.stdout.write(`${JSON.stringify(report)}\n`);
await opened.close();
