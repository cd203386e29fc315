/** Chunks from documents, by the import's own encoder. */
import { Encoder } from '../../src/ingest/encoder.ts';
import type { Chunk } from '../../src/profile/index.ts';
import type { Document, XdmClass, XdmSchema } from '../../src/schema/index.ts';

export interface TestRecord {
  readonly who: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly document: Document;
  readonly id?: string;
  readonly eventType?: string;
}

export function encode(schema: XdmSchema, target: XdmClass, records: readonly TestRecord[]): Chunk {
  const encoder = new Encoder({ target, schema, unknownFields: 'reject' });
  for (const { who, time, document, id = '', eventType = '' } of records) {
    const problems = encoder.add({ id, time, eventType, document, person: { primary: { namespace: 'CRMID', id: who }, others: [] } });
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
  }
  return encoder.take();
}
