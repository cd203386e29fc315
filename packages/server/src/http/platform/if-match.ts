/** Changes that count only as long as nobody else made one. */
import type { FastifyRequest } from 'fastify';

/** The tags that If-Match asks for, without quotes; undefined when anything will do. */
export function ifMatch({ headers }: FastifyRequest): readonly string[] | undefined {
  const header = headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  return header.split(',').map((each) => each.trim().replaceAll(/^W\/|"/g, ''));
}
