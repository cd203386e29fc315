/**
 * The server's entry: settings, the server running on a data folder, and starting one. Light to import: what a server
 * is made of is loaded when one starts, so that a command which only talks to a running server begins at once.
 */
import type { Settings } from './config/index.ts';
import type { DocumentBatch, DocumentMembers } from './documents.ts';
import type { RunningServer, StartOptions } from './start.ts';

export { SettingsError, readSettings } from './config/index.ts';
export type { Settings } from './config/index.ts';
export { runningServer } from './store/data-folder.ts';
export type { ServerNotice } from './store/data-folder.ts';
export type { DocumentBatch, DocumentMembers } from './documents.ts';
export type { RunningServer, StartOptions } from './start.ts';
export { demoTraffic } from './ingest/sources/demo-shop/index.ts';

/**
 * Opens the rooms and listens. Throws StartError (port, keys), DataFolderError, StoreError or SchemaError, with
 * nothing left open.
 */
export async function startServer(settings: Settings, options?: StartOptions): Promise<RunningServer> {
  const { start } = await import('./start.ts');
  return start(settings, options);
}

/** Evaluates plans over documents in a database of their own, which is gone afterwards. Throws StoreError. */
export async function evaluateDocuments(batch: DocumentBatch): Promise<DocumentMembers> {
  const { membersOfDocuments } = await import('./documents.ts');
  return membersOfDocuments(batch);
}
