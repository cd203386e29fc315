/** `/data/foundation/export/batches`: files of batches, and the records that could not be stored. */
import type { FastifyReply } from 'fastify';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { BatchFile } from '../../ingest/index.ts';
import { BatchError } from '../../ingest/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type DiagnosticRoutes = 'listBatchFiles' | 'batchDiagnostics' | 'failedBatchFiles';

const BASE = '/data/foundation/export/batches';
const INPUT_FILES = 'input_files/input_files.json';
const ROW_ERRORS = { conversion: 'row_errors/conversion_errors_0.json', parsing: 'row_errors/parsing_errors_0.json' } as const;

export function batchDiagnosticHandlers({ batches }: Rooms): Handlers<DiagnosticRoutes> {
  const { files } = batches;
  return {
    async listBatchFiles({ params: { id } }) {
      const { dataset } = await batches.get(id);
      const data = (await files.list(id)).map(({ name, size }) => ({
        name,
        length: String(size),
        _links: { self: { href: `/data/foundation/import/batches/${id}/datasets/${dataset}/files/${name}` } },
      }));
      return { data, _page: { count: data.length } };
    },
    async batchDiagnostics({ params: { id }, query: { path }, reply }) {
      await batches.get(id);
      const letters = await files.letters(id);
      const rowErrors = letters.length === 0 ? [] : Object.values(ROW_ERRORS);
      switch (path) {
        case undefined:
          return listing(id, ['input_files', ...(letters.length === 0 ? [] : ['row_errors'])]);
        case 'input_files':
          return listing(id, [INPUT_FILES]);
        case 'row_errors':
          return listing(id, rowErrors);
        case INPUT_FILES:
          return { files: (await files.list(id)).map(({ name, size }) => ({ name, length: size })) };
        case ROW_ERRORS.conversion:
        case ROW_ERRORS.parsing:
          return lines(letters, path === ROW_ERRORS.parsing, reply);
        default:
          throw new BatchError(
            'batch-file-not-found',
            `The batch has no diagnostics ${path}.`,
            'Ask without path for those that there are.',
          );
      }
    },
    async failedBatchFiles({ params: { id }, query: { path }, reply }) {
      const { status } = await batches.get(id);
      const failed = status === 'failed' ? await files.list(id) : [];
      if (path === undefined)
        return { data: failed.map(({ name, size }) => linked(`${BASE}/${id}/failed`, name, size)), _page: { count: failed.length } };
      const file = failed.find(({ name }) => name === path);
      if (file === undefined)
        throw new BatchError('batch-file-not-found', `There is no failed file ${path}.`, 'Ask without path for those that there are.');
      reply.type('application/octet-stream');
      return createReadStream(file.path);
    },
  };
}

function listing(id: string, names: readonly string[]) {
  return { data: names.map((name) => linked(`${BASE}/${id}/meta`, name)), _page: { count: names.length } };
}

function linked(base: string, name: string, size?: number) {
  return {
    name,
    ...(size !== undefined && { length: String(size) }),
    _links: { self: { href: `${base}?path=${encodeURIComponent(name)}` } },
  };
}

interface Letter {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
  readonly more?: readonly Omit<Letter, 'line' | 'record'>[];
  readonly keyword?: string;
  readonly malformed?: true;
  readonly record: unknown;
}

/** One failed record a line, as documented. */
function lines(letters: readonly BatchFile[], malformed: boolean, reply: FastifyReply): Readable {
  reply.type('application/octet-stream');
  return Readable.from(
    (async function* () {
      for (const { name, path } of letters) {
        for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
          const letter = JSON.parse(line) as Letter;
          if ((letter.malformed === true) === malformed) yield `${JSON.stringify(rowOf(letter, name))}\n`;
        }
      }
    })(),
  );
}

function rowOf({ line, record, malformed, more = [], ...first }: Letter, name: string) {
  const row = malformed === true ? { _corrupt_record: record } : (record as object);
  const errors = [first, ...more].map(({ field, reason, keyword }) => ({
    code: malformed === true ? 'INGEST-1401-400' : keyword === 'required' ? 'INGEST-1555-400' : 'INGEST-1212-400',
    message: reason,
    ...(field !== '' && { column: field }),
  }));
  return { ...row, _errors: errors, _filename: name, _line: line };
}
