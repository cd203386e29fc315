/** A server of its own process, to be killed and measured. Arguments: its data folder, and how many days ago it lives, none unless given. */
import { readSettings, startServer } from '../../src/index.ts';

const [folder = '', days = '0'] = process.argv.slice(2);
const settings = { ...readSettings({ KINDRED_DATA: folder, KINDRED_LOG_LEVEL: 'error' }), port: 0 };
const server = await startServer(settings, { clock: () => new Date(Date.now() - Number(days) * 86_400_000) });
process.stdout.write(`listening ${server.url}\n`);
