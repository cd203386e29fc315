/** A server of its own process, which the crash test kills. Argument: its data folder. */
import { readSettings, startServer } from '../../../../src/index.ts';

const [folder = ''] = process.argv.slice(2);
const settings = { ...readSettings({ KINDRED_DATA: folder, KINDRED_LOG_LEVEL: 'error' }), port: 0 };
const server = await startServer(settings);
process.stdout.write(`listening ${server.url}\n`);
