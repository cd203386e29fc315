/** Sends dead letters again, corrected or as they are. */
import type { Problem } from '../../schema/index.ts';
import type { Intake } from './intake.ts';
import type { KeptLetter, LetterFilter, StreamLetters } from './letters.ts';
import type { StreamRecord } from './record.ts';

export interface ReplayOptions {
  readonly intake: Intake;
  readonly letters: StreamLetters;
  readonly by: { readonly name: string; readonly at: Date };
}

/** What would be wrong with a letter sent again; null when it was sent. Safe to repeat: an event keeps its id. */
export async function replayLetter(
  letter: KeptLetter,
  document: unknown,
  { intake, letters, by }: ReplayOptions,
): Promise<readonly Problem[] | null> {
  const record = recordOf(letter, document);
  const problems = intake.validate(record);
  if (problems.length > 0) return problems;
  await intake.accept([record]);
  await letters.mark([letter.id], 'replayed', by);
  return null;
}

/** Letters looked at together. */
const PAGE = 500;

/** Sends all open letters again that would not fail again. */
export async function replayAll(
  filter: LetterFilter,
  options: ReplayOptions,
): Promise<{ readonly replayed: number; readonly failing: number }> {
  const { intake, letters, by } = options;
  let [replayed, failing] = [0, 0];
  for (;;) {
    // Those that were sent are open no more; those that fail stay and are passed over.
    const page = await letters.list({ ...filter, state: 'open', start: failing, limit: PAGE });
    if (page.length === 0) return { replayed, failing };
    const good = page.filter((letter) => intake.validate(recordOf(letter, letter.document)).length === 0);
    if (good.length > 0) await intake.accept(good.map((letter) => recordOf(letter, letter.document)));
    await letters.mark(
      good.map(({ id }) => id),
      'replayed',
      by,
    );
    replayed += good.length;
    failing += page.length - good.length;
  }
}

function recordOf({ kind, dataset, source, receivedAt, operation }: KeptLetter, document: unknown): StreamRecord {
  const record = { kind, dataset, source, receivedAt: receivedAt.getTime(), unknownFields: unknownFieldsOf(source), document };
  return operation === null ? record : { ...record, operation };
}

/** Browsers send more than any schema knows; everybody else should hear of a field that is misspelt. */
export function unknownFieldsOf(source: string): StreamRecord['unknownFields'] {
  return source.startsWith('datastream:') ? 'drop' : 'reject';
}
