/** What the constraints of the tables of audiences say, in words. */
import { SegmentationError } from './errors.ts';

/** Throws SegmentationError `audience-name-taken`, `external-id-taken`, `folder-not-found` when the tables refuse an audience. */
export async function named<Result>(name: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    throw refusedByTheStore(error, name) ?? error;
  }
}

/** Whether the tables hold another one of that name. */
export function isTaken(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === UNIQUE_VIOLATION;
}

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

function refusedByTheStore(error: unknown, name: string): SegmentationError | null {
  const { code, constraint } = error as { readonly code?: unknown; readonly constraint?: unknown };
  if (code === UNIQUE_VIOLATION && constraint === 'segment_definitions_external') {
    return new SegmentationError({
      code: 'external-id-taken',
      message: 'There is an audience with that audienceId in that namespace already.',
      hint: 'Choose another audienceId, or refresh that audience.',
    });
  }
  if (code === UNIQUE_VIOLATION) {
    return new SegmentationError({
      code: 'audience-name-taken',
      message: `There is an audience named ${JSON.stringify(name)} already.`,
      hint: 'Choose another name, or change that audience.',
    });
  }
  if (code !== FOREIGN_KEY_VIOLATION) return null;
  return new SegmentationError({ code: 'folder-not-found', message: 'There is no such folder.', hint: 'List the folders for their ids.' });
}
