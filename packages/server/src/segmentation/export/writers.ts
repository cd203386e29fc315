/** Files of exported profiles, written batch by batch, so that memory holds one batch. */
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { SchemaElement } from 'hyparquet';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Document } from '../../schema/index.ts';
import type { FlatColumn } from './columns.ts';
import type { ExportFormat } from './request.ts';

export interface ExportWriter {
  write(documents: readonly Exported[]): Promise<void>;
  /** Durable on return. */
  finish(): Promise<void>;
  /** Lets the file go, whatever is in it. */
  abort(): void;
}

export interface Exported {
  /** Whole, to read columns from. */
  readonly whole: Document;
  /** What was asked for. */
  readonly document: Document;
}

export function openWriter(format: ExportFormat, path: string, columns: readonly FlatColumn[]): ExportWriter {
  switch (format) {
    case 'jsonl':
      return lines(path, [], ({ document }) => JSON.stringify(document));
    case 'csv':
      return lines(path, [csvLine(columns.map(({ name }) => name))], ({ whole }) =>
        csvLine(columns.map((column) => csvText(column.read(whole)))),
      );
    case 'parquet':
      return parquet(path, columns);
    default:
      return format satisfies never;
  }
}

function lines(path: string, head: readonly string[], line: (exported: Exported) => string): ExportWriter {
  const stream = createWriteStream(path, { flush: true });
  // A failure shows when the next batch is written, or at the end.
  let failure: unknown;
  stream.on('error', (error) => (failure = error));
  let before = head;
  return {
    async write(documents) {
      if (failure !== undefined) throw failure;
      const text = [...before, ...documents.map(line)].map((each) => `${each}\n`).join('');
      before = [];
      if (!stream.write(text)) await once(stream, 'drain');
    },
    async finish() {
      stream.end(before.map((each) => `${each}\n`).join(''));
      await finished(stream);
    },
    abort: () => void stream.destroy(),
  };
}

/** RFC 4180. */
function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}

function csvText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const BASIC: Readonly<Record<FlatColumn['kind'], SchemaElement>> = {
  string: { name: '', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  json: { name: '', type: 'BYTE_ARRAY', converted_type: 'JSON', repetition_type: 'OPTIONAL' },
  boolean: { name: '', type: 'BOOLEAN', repetition_type: 'OPTIONAL' },
  integer: { name: '', type: 'INT64', repetition_type: 'OPTIONAL' },
  number: { name: '', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  date: { name: '', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  datetime: { name: '', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'OPTIONAL' },
};

/** One row group a batch. */
function parquet(path: string, columns: readonly FlatColumn[]): ExportWriter {
  const schema: SchemaElement[] = [
    { name: 'profile', num_children: columns.length },
    ...columns.map(({ name, kind }) => ({ ...BASIC[kind], name })),
  ];
  const writer = new ParquetWriter({ writer: fileWriter(path), schema, createdBy: 'Kindred' });
  return {
    async write(documents) {
      if (documents.length === 0) return;
      const columnData = columns.map((column) => ({
        name: column.name,
        data: documents.map(({ whole }) => parquetValue(column.kind, column.read(whole))),
      }));
      await writer.write({ columnData, rowGroupSize: documents.length });
    },
    async finish() {
      await writer.finish();
      const file = await open(path, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    },
    abort: () => undefined,
  };
}

function parquetValue(kind: FlatColumn['kind'], value: unknown): unknown {
  if (value === undefined || value === null) return null;
  switch (kind) {
    case 'integer':
      return BigInt(value as number);
    case 'datetime':
      return new Date(value as string);
    default:
      return value;
  }
}
