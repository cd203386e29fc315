/** The order of test files: those that take longest first, so that none of them is left running alone at the end. */
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Ends of their paths, longest first: those that took more than twenty seconds. */
const LONG = [
  'cli/test/pages.test.ts',
  'cli/test/cli.test.ts',
  'segmentation/jobs-kill.test.ts',
  'segmentation/families.test.ts',
  'profile/people.test.ts',
  'http/predictions.test.ts',
  'cli/test/pql-files.test.ts',
  'crash/crash.test.ts',
  'segmentation/stream.test.ts',
  'customer-ai/customer-ai.test.ts',
  'segmentation/differential.test.ts',
  'segmentation/external.test.ts',
  'identity/relink-kill.test.ts',
  'stream/stream.test.ts',
  'segmentation/estimates.test.ts',
  'pql/test/limits.test.ts',
  'http/live.test.ts',
  'http/streaming.test.ts',
  'http/batches.test.ts',
  'segmentation/fixtures.test.ts',
  'ingest/import.test.ts',
  'http/identity.test.ts',
  'server/test/documents.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // eslint-disable-next-line unicorn/no-array-sort -- a sequencer, not an array
    const rest = await super.sort(files);
    return rest.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((end) => moduleId.endsWith(end));
  return place === -1 ? LONG.length : place;
}
