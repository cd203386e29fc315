/** Finds the records of a batch that a store refuses, without a question for each of the others. */
import type { Portion, StreamLetter } from './encode.ts';
import { parseRecord } from './record.ts';

export interface Bisecting {
  readonly store: (part: readonly Portion[]) => Promise<void>;
  /** Whether a failure is the fault of the records. */
  readonly blames: (error: unknown) => boolean;
  readonly giveUp: (letter: StreamLetter) => Promise<void>;
}

/** Stores all that can be stored. Throws the first failure that is not the fault of the records. */
export async function bisect(portions: readonly Portion[], how: Bisecting): Promise<void> {
  await storePart(portions.flatMap(lineByLine), how);
}

async function storePart(lines: readonly Portion[], how: Bisecting): Promise<void> {
  const [first] = lines;
  if (first === undefined) return;
  try {
    return await how.store(lines);
  } catch (error) {
    if (!how.blames(error)) throw error;
    if (lines.length === 1) return await how.giveUp(refused(first, error));
  }
  const middle = lines.length >> 1;
  await storePart(lines.slice(0, middle), how);
  await storePart(lines.slice(middle), how);
}

function lineByLine({ offset, lines }: Portion): Portion[] {
  const text = Buffer.from(lines).toString('utf8').split('\n');
  return text.map((line, index) => ({ offset: offset + index, lines: Buffer.from(line) }));
}

function refused({ offset, lines }: Portion, error: unknown): StreamLetter {
  const { kind, dataset, source, receivedAt, document, operation } = parseRecord(Buffer.from(lines).toString('utf8'));
  const reason = `it could not be stored: ${error instanceof Error ? error.message : String(error)}`;
  return {
    offset,
    kind,
    dataset,
    source,
    receivedAt,
    problems: [{ field: '', reason }],
    document: JSON.stringify(document),
    ...(operation && { operation }),
  };
}
