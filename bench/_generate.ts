/** Makes the data of the batch bench in a data folder: `node _generate.ts <folder> <events> <profiles>`. A process of its own, so that its memory is not ours. */
import { openStores } from '../packages/server/src/store/index.ts';
import { generate } from './_batch-data.ts';

const [dataFolder = '', events, profiles] = process.argv.slice(2);
const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });
await generate(stores, { events: Number(events), profiles: Number(profiles) });
await stores.close();
