/**
 * Prints the peak of resident memory, in MB, of a process that opens a data folder and evaluates some audiences once:
 * `node _batch-memory.ts <folder> <audiences>`.
 */
import { openStores } from '../packages/server/src/store/index.ts';
import { freshEvaluator, plannedOf } from './_batch-evaluator.ts';
import { DATA_END, openTables } from './_batch-data.ts';
import { mix } from './_batch-mix.ts';
import { peakMemory } from './_measure.ts';

const [dataFolder = '', audiences] = process.argv.slice(2);
const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });
const tables = await openTables(stores);
const planned = mix(Number(audiences)).map((audience) => plannedOf(audience, tables));
const peak = peakMemory();
await freshEvaluator(stores, tables).evaluate(planned, { now: DATA_END, zone: 'UTC' });
console.log(peak());
await stores.close();
