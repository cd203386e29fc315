import { afterEach, expect, it } from 'vitest';
import { EncodingThread } from '../../../src/ingest/stream/encoding-thread.ts';
import { recordLine } from '../../../src/ingest/stream/record.ts';
import { unionSchema } from '../../../src/schema/index.ts';

const thread = new EncodingThread();
const schema = unionSchema({ tenant: 'acme' });

afterEach(() => thread.close());

function portion(offset: number, ids: readonly string[]): { readonly offset: number; readonly lines: Uint8Array } {
  const lines = ids.map((_id) => {
    const document = { _id, timestamp: '2026-01-01T00:00:00Z', identityMap: { CRMID: [{ id: 'C1', primary: true }] } };
    return recordLine({ kind: 'event', dataset: 'd', source: 's', receivedAt: Date.UTC(2026, 0, 1), unknownFields: 'reject', document });
  });
  return { offset, lines: Buffer.from(lines.join('\n')) };
}

it('answers everybody who asks at the same time with what they asked for', async () => {
  const sizes = [1, 5, 2];
  const answers = await Promise.all(
    sizes.map((size) =>
      thread.encode(
        [
          portion(
            0,
            Array.from({ length: size }, (_, n) => `e${n}`),
          ),
        ],
        schema,
      ),
    ),
  );
  expect(answers.map(({ steps: [step] }) => step && 'chunk' in step && step.chunk.rows)).toEqual(sizes);
});

it('begins anew after lines that are no records, and with another schema', async () => {
  await expect(thread.encode([{ offset: 0, lines: Buffer.from('no record') }], schema)).rejects.toThrow('JSON');
  expect((await thread.encode([portion(3, ['a'])], schema)).records).toBe(1);
  expect((await thread.encode([portion(4, ['b', 'c'])], unionSchema({ tenant: 'other' }))).records).toBe(2);
});
