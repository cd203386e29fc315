/** What an import reads from. */

export interface SourceRow {
  /** Line of the file the record begins on, from 1; for formats without lines the number of the record. */
  readonly line: number;
  /** Values in the order of `columns`, or a document when the source has no columns. */
  readonly value: unknown;
  /** What `value` is, where one source has both. */
  readonly kind?: 'profile' | 'event';
}

/** A piece of the source that is no record. */
export interface MalformedRow {
  readonly line: number;
  readonly reason: string;
  /** The text as it stands, cut when very long. */
  readonly text: string;
}

export interface Batch {
  readonly rows: readonly SourceRow[];
  readonly malformed: readonly MalformedRow[];
}

export interface Source {
  /** Names of the columns; null for a source of documents. */
  readonly columns: readonly string[] | null;
  /** Epoch milliseconds: when the records without a time of their own were true. */
  readonly asOf: number;
  /** In units of the source's own (bytes of the file, or records); null when nobody knows. */
  readonly size: number | null;
  /** How much of `size` has been read. */
  position(): number;
  batches(): AsyncIterable<Batch>;
}
