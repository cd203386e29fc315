/** Both PostgreSQL engines, for suites that must pass on either. */
import { startPostgres } from './postgres.ts';
import { temporaryFolder } from './processes.ts';

export const DATABASES = ['embedded', 'server'] as const;
export type DatabaseName = (typeof DATABASES)[number];

export interface TestDatabase {
  /** For `openPostgres`. */
  readonly options: { readonly path: string; readonly url: string | undefined };
  stop(): Promise<void>;
}

export async function startDatabase(name: DatabaseName): Promise<TestDatabase> {
  switch (name) {
    case 'embedded': {
      const folder = temporaryFolder('kindred-pglite');
      return { options: { path: folder.path, url: undefined }, stop: () => Promise.resolve(folder.remove()) };
    }
    case 'server': {
      const server = await startPostgres();
      return { options: { path: '', url: server.url }, stop: () => server.stop() };
    }
  }
}
