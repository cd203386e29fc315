/** A server for which it is earlier than it is. Arguments: its data folder, and how many days. */
import process from 'node:process';
import { readSettings, startServer } from '../../../server/src/index.ts';

const [folder = '', days = '0'] = process.argv.slice(2);
const settings = { ...readSettings({ KINDRED_DATA: folder, KINDRED_LOG_LEVEL: 'error' }), port: 0 };
const server = await startServer(settings, { clock: () => new Date(Date.now() - Number(days) * 86_400_000) });
process.stdout.write(`listening ${server.url}\n`);
