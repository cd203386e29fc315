/** A process that opens a folder and changes the linking rules in it; the test kills it. Arguments: folder, codes of unique namespaces. */
import { openFolder } from '../profile/open.ts';

const [folder = '', ...unique] = process.argv.slice(2);
process.stdout.write('opening\n');
const opened = await openFolder(folder);
process.stdout.write('changing\n');
await opened.tables.relink({ unique, priority: [] });
process.stdout.write('done\n');
await opened.close();
