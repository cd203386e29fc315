/** Sending a list to the server. */
import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';

/** Gives the name under which the server has it. */
export async function upload(file: File): Promise<string> {
  const name = `${Date.now()}-${file.name.replaceAll(/[^\w.-]+/g, '_')}`.slice(0, 200);
  await call(routes.upload, {
    params: { name },
    query: { modified: new Date(file.lastModified).toISOString() },
    body: await file.arrayBuffer(),
  });
  return name;
}
