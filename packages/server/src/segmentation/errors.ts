/** What a user can do wrong with audiences. */
import type { JsonProblem, Problem } from '@kindred/pql';

/**
 * - `pql-invalid`: the query cannot be evaluated; `details` holds its problems
 * - `audience-not-found`, `segment-job-not-found`, `preview-not-found`: there is none with that id
 * - `audience-name-taken`: names are unique
 * - `audience-reference-unknown`: `inSegment` names an audience that does not exist or is inactive
 * - `audience-cycle`: the rule would depend on itself
 * - `audience-in-use`: another audience depends on it
 * - `audience-changed`: somebody else changed it since the caller read it
 * - `audience-change-refused`: that part of an audience cannot be changed, or not to that
 * - `audience-external`: only an audience with a rule can do that
 * - `audience-composed`: the composition of an audience says that, and is changed for it
 * - `audience-not-external`: only an audience whose members come from outside can do that
 * - `external-id-taken`: within a namespace the ids given from outside are unique
 * - `external-invalid`: an audience of ids was described wrongly
 * - `ingestion-running`: one list of an audience is taken in at a time
 * - `ingestion-not-found`, `version-not-found`, `folder-not-found`: there is none
 * - `folder-name-taken`, `folder-not-empty`, `folder-cycle`: what folders cannot be
 * - `audience-lifecycle`: the state cannot be reached from the present one
 * - `audience-inactive`: an inactive audience is not evaluated
 * - `segment-job-over`: what has ended cannot be cancelled
 * - `segment-job-cancelling`: it is being cancelled already
 * - `schedule-not-found`, `export-not-found`, `export-file-not-found`: there is none with that id or name
 * - `schedule-invalid`: the cron expression is not understood
 * - `export-field-unknown`: the schema has no such field
 * - `export-cancelling`: it is being cancelled already
 * - `as-of-future`: only the past can be looked back to
 * - `event-condition-invalid`: it is about more than one event
 * - `composition-not-found`, `composition-name-taken`, `composition-changed`: as with audiences
 * - `composition-invalid`: it cannot be published yet; `details` holds what is missing, block by block
 * - `segment-job-failed`: the evaluation did not succeed; the job has the reason
 */
export type SegmentationErrorCode =
  | 'pql-invalid'
  | 'audience-not-found'
  | 'audience-name-taken'
  | 'audience-reference-unknown'
  | 'audience-not-at-edge'
  | 'audience-cycle'
  | 'audience-in-use'
  | 'audience-changed'
  | 'audience-change-refused'
  | 'audience-external'
  | 'audience-composed'
  | 'audience-not-external'
  | 'external-id-taken'
  | 'external-invalid'
  | 'ingestion-running'
  | 'ingestion-not-found'
  | 'version-not-found'
  | 'folder-not-found'
  | 'folder-name-taken'
  | 'folder-not-empty'
  | 'folder-cycle'
  | 'audience-lifecycle'
  | 'audience-inactive'
  | 'segment-job-not-found'
  | 'segment-job-over'
  | 'segment-job-cancelling'
  | 'segment-job-failed'
  | 'composition-not-found'
  | 'composition-name-taken'
  | 'composition-changed'
  | 'composition-invalid'
  | 'event-condition-invalid'
  | 'as-of-future'
  | 'schedule-not-found'
  | 'schedule-invalid'
  | 'export-not-found'
  | 'export-file-not-found'
  | 'export-field-unknown'
  | 'export-cancelling'
  | 'preview-not-found';

export interface SegmentationErrorDetails {
  readonly code: SegmentationErrorCode;
  /** What is wrong, and where. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly details?: unknown;
}

export class SegmentationError extends Error {
  override readonly name = 'SegmentationError';
  readonly code: SegmentationErrorCode;
  readonly hint: string;
  readonly details: unknown;

  constructor({ code, message, hint, details }: SegmentationErrorDetails) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

export function invalidPql(problems: readonly (JsonProblem | Problem)[]): SegmentationError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new SegmentationError({
    code: 'pql-invalid',
    message: `The query is wrong: ${first?.message ?? 'it cannot be evaluated'}${more}`,
    hint: first?.hint ?? 'The details tell the place of every problem.',
    details: problems,
  });
}

export function audienceNotFound(id: string): SegmentationError {
  return new SegmentationError({
    code: 'audience-not-found',
    message: `There is no audience ${id}.`,
    hint: 'List the audiences for their ids.',
  });
}
