/** Files that a request names: an upload, or a file of the server itself. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RequestError } from './errors.ts';
import { isLoopback } from './loopback.ts';
import type { Rooms } from './rooms.ts';
import { existingUpload } from './uploads.ts';

/** Whoever may call from another machine may not read any file of this one. Throws RequestError. */
export async function namedFile(
  { settings, stores }: Pick<Rooms, 'settings' | 'stores'>,
  { path, upload }: { readonly path?: string | undefined; readonly upload?: string | undefined },
): Promise<string> {
  if (upload !== undefined) return existingUpload(stores.folder, upload);
  if (!isLoopback(settings.host)) {
    throw new RequestError('path-refused', 'Files of the server can be imported on a server bound to loopback only.', {
      hint: 'Send the file: PUT /api/uploads/{name}, then import with "upload".',
    });
  }
  const full = resolve(path ?? '');
  const found = await stat(full).catch(() => null);
  if (found?.isFile()) return full;
  throw new RequestError('file-missing', found ? `${full} is not a file.` : `There is no file ${full} on the server.`);
}
