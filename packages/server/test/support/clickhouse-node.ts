/** A real ClickHouse server for tests, out of npm's libchdb. */
import { fileURLToPath } from 'node:url';
import { freePort, startProgram, temporaryFolder } from './processes.ts';

export interface ClickHouseNode {
  readonly url: string;
  readonly tcpPort: number;
  stop(): Promise<void>;
}

const LAUNCHER = fileURLToPath(new URL('../../../../tools/clickhouse-node.ts', import.meta.url));

export interface NodeOptions {
  /** Kept after `stop`; without it a temporary folder. */
  readonly path?: string;
  /** Configuration file (XML). */
  readonly config?: string;
}

export async function startClickHouseNode(options: NodeOptions = {}): Promise<ClickHouseNode> {
  const folder = temporaryFolder('kindred-node');
  const [tcpPort, httpPort] = [await freePort(), await freePort()];
  const config = options.config === undefined ? [] : ['--config', options.config];
  const command = [
    process.execPath,
    LAUNCHER,
    '--path',
    options.path ?? folder.path,
    '--tcp-port',
    String(tcpPort),
    '--http-port',
    String(httpPort),
    ...config,
  ];
  // The node logs to its working folder.
  const node = await startProgram(command, /^ready/, { cwd: folder.path });
  return {
    url: `http://127.0.0.1:${httpPort}`,
    tcpPort,
    async stop() {
      await node.kill();
      folder.remove();
    },
  };
}
