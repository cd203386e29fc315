/**
 * Takes the data folder named as its argument, says so, and keeps it though nothing in it refers to the folder any
 * more, and garbage is collected.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openDataFolder } from '../../../src/store/index.ts';

openDataFolder(process.argv[2] ?? '').announce('http://127.0.0.1:1234', new Date('2026-01-01T00:00:00Z'));
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setTimeout(() => {
  collect();
  process.stdout.write('ready\n');
}, 10);
setInterval(() => undefined, 60_000);
