/** Takes the data folder named as its argument, says so, and keeps it. */
import { openDataFolder } from '../../../src/store/index.ts';

const folder = openDataFolder(process.argv[2] ?? '');
folder.announce('http://127.0.0.1:1234', new Date('2026-01-01T00:00:00Z'));
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
