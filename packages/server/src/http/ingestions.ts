/** Lists of identities taken into audiences, in the background: file → people → members. */
import { basename } from 'node:path';
import type { Namespace, Namespaces } from '../identity/index.ts';
import { identityProblem } from '../identity/index.ts';
import type { ListRecord } from '../ingest/index.ts';
import { openAudienceFile } from '../ingest/index.ts';
import type { ProfileTables } from '../profile/index.ts';
import type {
  Definition,
  ExternalDetails,
  ExternalField,
  ExternalRecord,
  Ingestion,
  IngestionCounts,
  IngestionProblem,
  Segmentation,
} from '../segmentation/index.ts';
import { Bitmap, columnsProblem, invalidExternal, valueOf } from '../segmentation/index.ts';
import { answerTo } from './errors.ts';

export interface IngestionsOptions {
  readonly segmentation: Segmentation;
  readonly tables: ProfileTables;
  readonly namespaces: () => Namespaces;
  readonly clock: () => Date;
  readonly onUnexpected: (error: unknown) => void;
}

export interface IngestionRequest {
  readonly audience: Definition;
  /** Files, in their order; none is a run that finds nothing new. */
  readonly files: readonly string[];
  readonly mode: 'replace' | 'add';
  readonly by: string;
}

/** Records gathered before they are written. */
const WRITTEN_AT_ONCE = 50_000;
/** Problems an ingestion shows. */
const SHOWN = 20;

/** What one list has brought so far. */
interface Progress {
  readonly profiles: Set<number>;
  readonly problems: IngestionProblem[];
  recordsIn: number;
  /** Records without any value. */
  blank: number;
  failed: number;
  newProfiles: number;
}

interface Frame {
  readonly details: ExternalDetails;
  readonly namespace: Namespace;
  readonly ingestion: Ingestion;
}

export class ExternalIngestions {
  readonly #options: IngestionsOptions;
  /** Ends when the last one asked for has. */
  #last: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(options: IngestionsOptions) {
    this.#options = options;
  }

  /** Begins one; it ends by itself. Throws SegmentationError `audience-not-external`, `external-invalid`, `ingestion-running`. */
  async start(request: IngestionRequest): Promise<Ingestion> {
    const { segmentation, clock } = this.#options;
    const { audience, files, mode, by } = request;
    const details = await segmentation.external.get(audience);
    const namespace = this.namespaceOf(details.identity?.namespace);
    const source = files.length === 0 ? 'nothing new' : files.map((file) => basename(file)).join(', ');
    const ingestion = await segmentation.external.begin(audience, { mode, source, by }, clock());
    this.#last = this.#last.then(() => this.#run(request, { details, namespace, ingestion })).catch(this.#options.onUnexpected);
    return ingestion;
  }

  /** Throws SegmentationError `external-invalid`. */
  namespaceOf(code: string | undefined): Namespace {
    const namespace = code === undefined ? undefined : this.#options.namespaces().find(code);
    if (namespace !== undefined) return namespace;
    throw invalidExternal(
      code === undefined ? 'it was made without a column that identifies people' : `there is no namespace ${JSON.stringify(code)}`,
    );
  }

  /** Resolves when none is under way. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /** Lets the file under way fail at its next records, and waits. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#last;
  }

  async #run({ audience, files }: IngestionRequest, frame: Frame): Promise<void> {
    const { segmentation, clock, tables } = this.#options;
    const progress: Progress = { profiles: new Set(), problems: [], recordsIn: 0, blank: 0, failed: 0, newProfiles: 0 };
    try {
      for (const file of files) await this.#file(file, frame, progress);
      refuseNothing(progress, files.length);
      const list = {
        counts: countsOf(progress),
        problems: progress.problems,
        members: Bitmap.of(progress.profiles),
        revision: tables.currentRevision(),
      };
      await segmentation.external.finish(await segmentation.definitions.get(audience.id), frame.ingestion, list, clock());
    } catch (error) {
      await this.#fail(frame.ingestion, progress, error);
    }
  }

  async #fail(ingestion: Ingestion, progress: Progress, error: unknown): Promise<void> {
    const { segmentation, clock, onUnexpected } = this.#options;
    const { status, entry } = answerTo(error);
    if (status === 500) onUnexpected(error);
    const { code, message, hint } = entry;
    const told = { code, message, ...(hint !== undefined && { hint }) };
    await segmentation.external.fail(ingestion, { counts: countsOf(progress), problems: progress.problems, error: told }, clock());
  }

  async #file(path: string, frame: Frame, progress: Progress): Promise<void> {
    const file = await openAudienceFile(path, frame.details.identity?.column ?? '');
    const fields = fieldsOf(file.columns, frame.details);
    // A record that comes twice counts as it comes last.
    let good = new Map<string, ExternalRecord>();
    for await (const { blank, records, broken } of file.batches()) {
      if (this.#closing) throw new DOMException('The server ends.', 'AbortError');
      progress.blank += blank;
      progress.recordsIn += records.length + broken.length;
      for (const problem of broken) note(progress, problem);
      for (const record of records) {
        const checked = checkedRecord(record, fields, frame.namespace);
        if ('id' in checked) good.set(checked.id, checked);
        else note(progress, checked);
      }
      if (good.size < WRITTEN_AT_ONCE) continue;
      await this.#write(good, frame, progress);
      good = new Map();
    }
    await this.#write(good, frame, progress);
  }

  async #write(good: ReadonlyMap<string, ExternalRecord>, frame: Frame, progress: Progress): Promise<void> {
    const { segmentation, tables } = this.#options;
    if (good.size > 0 && frame.details.profileIngestion) {
      const people = [...good.keys()].map((id) => ({ namespace: frame.namespace.code, id }));
      const { profiles, added } = await tables.writePeople(people);
      for (const profile of profiles) progress.profiles.add(profile);
      progress.newProfiles += added;
    }
    await segmentation.external.keep(frame.ingestion, progress.recordsIn, [...good.values()]);
  }
}

/** The types of the other columns. Throws SegmentationError `external-invalid`. */
function fieldsOf(columns: readonly string[], { fields, identity }: ExternalDetails): ReadonlyMap<string, ExternalField> {
  const problem = columnsProblem(columns);
  if (problem !== null) throw invalidExternal(problem);
  const known = new Map(fields?.map((field) => [field.name, field]));
  if (fields !== null) {
    const strange = columns.find((column) => column !== identity?.column && !known.has(column));
    if (strange !== undefined) throw invalidExternal(`the audience knows no column ${JSON.stringify(strange)}`);
    const missing = fields.find(({ name }) => !columns.includes(name));
    if (missing !== undefined) throw invalidExternal(`the column ${JSON.stringify(missing.name)} is missing`);
  }
  return new Map(columns.map((name) => [name, known.get(name) ?? { name, type: 'string' }]));
}

function checkedRecord(
  { line, id, values }: ListRecord,
  fields: ReadonlyMap<string, ExternalField>,
  namespace: Namespace,
): ExternalRecord | IngestionProblem {
  const reason = identityProblem(namespace, id);
  if (reason !== null) return { line, field: '', reason };
  const payload: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(values)) {
    const type = fields.get(name)?.type ?? 'string';
    const value = valueOf(type, text);
    if (value === undefined) return { line, field: name, reason: `${JSON.stringify(text.slice(0, 100))} is no ${type}` };
    payload[name] = value;
  }
  return { id, payload };
}

function note(progress: Progress, problem: IngestionProblem): void {
  progress.failed++;
  if (progress.problems.length < SHOWN) progress.problems.push(problem);
}

/** A list cut off or broken throughout must not clear the audience. Throws SegmentationError `external-invalid`. */
function refuseNothing({ recordsIn, blank, failed }: Progress, files: number): void {
  if (files === 0 || recordsIn > failed || (recordsIn === 0 && blank > 0)) return;
  throw invalidExternal(
    recordsIn === 0 ? 'it has no records; one record of empty values clears an audience' : 'none of its records identifies anybody',
  );
}

function countsOf({ profiles, recordsIn, failed, newProfiles }: Progress): IngestionCounts {
  return { recordsIn, failed, newProfiles, knownProfiles: profiles.size - newProfiles };
}
