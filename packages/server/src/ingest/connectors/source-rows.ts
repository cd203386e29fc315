/** Rows of the database as sources and runs. */
import type { DataSourceRow, DataSourceRunRow } from '../../store/index.ts';
import type { DataSource, SourceCounts, SourceRun } from './source.ts';

export function sourceOf(
  row: DataSourceRow,
  { secrets, ...now }: { readonly secrets: readonly string[]; readonly lastRun: SourceRun | null; readonly running: boolean },
): DataSource {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    settings: Object.fromEntries(Object.entries(row.settings).filter(([name]) => !secrets.includes(name))),
    dataset: row.dataset,
    mapping: row.mapping,
    target: row.target,
    intervalSeconds: row.interval_seconds,
    state: row.state,
    nextRun: row.next_run,
    failures: row.failures,
    counts: row.counts as unknown as SourceCounts,
    ...now,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
  };
}

export function runOf(row: DataSourceRunRow): SourceRun {
  return {
    id: row.id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    counts: row.counts as unknown as SourceCounts,
    skipped: row.skipped,
    letterFiles: row.letter_files,
    error: row.error,
  };
}
