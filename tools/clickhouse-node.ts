/**
 * Starts a real, listening ClickHouse node (native TCP and HTTP) out of the libchdb that the `chdb` package brings, so
 * that tests of the server side and of clusters need nothing but npm.
 *
 *   node tools/clickhouse-node.ts --path FOLDER --tcp-port N --http-port N [--config FILE.xml]
 *
 * Binds to 127.0.0.1 only. Prints one line when it listens, and runs until it is killed; SIGKILL is safe, its tables
 * come back. Ends when the process that started it does. The configuration may define <remote_servers> (a cluster of such nodes), <logger> and <users>.
 * Limits: no ReplicatedMergeTree, no ON CLUSTER, no interserver port.
 */
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import koffi from 'koffi';
import { callOnThread } from './native-stack.ts';

/** Keeps the node's one query, and so the node, alive. */
const KEEP_ALIVE = `SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP;
  SELECT sleepEachRow(3) FROM numbers(1000000000) SETTINGS function_sleep_max_microseconds_per_block = 0, max_block_size = 1 FORMAT Null`;

interface NodeArguments {
  readonly path: string;
  readonly tcpPort: string;
  readonly httpPort: string;
  readonly config: string | undefined;
}

function readArguments(): NodeArguments {
  const { values } = parseArgs({
    options: { path: { type: 'string' }, 'tcp-port': { type: 'string' }, 'http-port': { type: 'string' }, config: { type: 'string' } },
  });
  const { path, 'tcp-port': tcpPort, 'http-port': httpPort, config } = values;
  if (path === undefined || tcpPort === undefined || httpPort === undefined) {
    console.error('usage: node tools/clickhouse-node.ts --path FOLDER --tcp-port N --http-port N [--config FILE.xml]');
    process.exit(2);
  }
  return { path, tcpPort, httpPort, config };
}

/** Starts the node on a thread of its own. When it cannot run, it says why and the process ends. */
function start({ path, tcpPort, httpPort, config }: NodeArguments): void {
  const { libchdbPath } = createRequire(new URL('../packages/server/package.json', import.meta.url))('chdb/libchdb') as {
    libchdbPath: () => string;
  };
  const args = ['clickhouse', '--multiquery', `--path=${path}`];
  if (config !== undefined) args.push(`--config-file=${config}`);
  args.push(`--tcp_port=${tcpPort}`, `--http_port=${httpPort}`, '--listen_host=127.0.0.1', '--query', KEEP_ALIVE);
  callOnThread({ entry: koffi.address(koffi.load(libchdbPath()).symbol('chdb_query_cmdline')), args });
}

async function listens(port: string): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ping`)).ok;
  } catch {
    return false;
  }
}

const node = readArguments();
start(node);
while (!(await listens(node.httpPort))) await setTimeout(20);
console.log(`ready: tcp 127.0.0.1:${node.tcpPort}, http http://127.0.0.1:${node.httpPort}`);
// A node whose starter was killed would run for ever; it ends with it instead.
const starter = process.ppid;
while (process.ppid === starter) await setTimeout(500);
process.exit(1);
