/** The work of one export: who, with what, into files that appear all at once when they are whole. */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileTables, ReadableTables } from '../../profile/index.ts';
import { readDocuments, readProfiles } from '../../profile/index.ts';
import type { DataObject } from '@kindred/pql';
import type { Document } from '../../schema/index.ts';
import { Bitmap } from '../bitmap/index.ts';
import type { Enrich } from '../composition/body.ts';
import { enriched } from '../composition/enrichment.ts';
import { audienceNotFound } from '../errors.ts';
import { sizesWithin } from '../run-job.ts';
import { enrichedColumns, ENRICHMENT, flatColumns } from './columns.ts';
import { projection } from './fields.ts';
import type { ExportRequest, ExportSegment } from './request.ts';
import type { AudienceLog, Selected } from './selection.ts';
import { select, union } from './selection.ts';
import { openWriter } from './writers.ts';

export interface ExportFile {
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
  /** The audience it is about, when each has its own file. */
  readonly segmentId?: string;
}

export interface ExportOutcome {
  readonly files: readonly ExportFile[];
  /** Profiles in all files. */
  readonly profiles: number;
  readonly byNamespace: Readonly<Record<string, number>>;
}

export interface ExporterOptions {
  readonly tables: Pick<ProfileTables, 'layout' | 'lookups' | 'schema'>;
  /** What reads profiles as a merge policy sees them; null: the default policy. */
  readonly tablesOf: (mergePolicyId: string | null) => Promise<ReadableTables>;
  /** Undefined when there is no such audience. */
  readonly log: (audience: string) => Promise<AudienceLog | undefined>;
  /** What goes along with the members of an audience; undefined: nothing. */
  readonly enrich: (audience: string) => Promise<Enrich | undefined>;
  /** Evaluates audiences. Throws when it fails. */
  readonly evaluate: (ids: readonly string[], signal: AbortSignal) => Promise<void>;
  readonly universe: (signal: AbortSignal) => Promise<Bitmap>;
  /** Everybody who has attributes. */
  readonly withAttributes: (signal: AbortSignal) => Promise<Bitmap>;
  /** Everybody of whom something was stored later than an instant, epoch ms. */
  readonly receivedAfter: (instant: number, signal: AbortSignal) => Promise<Bitmap>;
  readonly namespaces: (signal: AbortSignal) => Promise<ReadonlyMap<string, Bitmap>>;
  readonly clock: () => Date;
}

export interface ExportRun {
  /** Where the files appear. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Hears how many profiles are written. */
  readonly onProgress: (profiles: number) => void;
}

/** Profiles read and written at a time; with events, fewer. */
const PAGE = 2000;
const PAGE_WITH_EVENTS = 250;

/** Who goes into a file, and the status they have in the audiences of the export. */
interface Part {
  readonly segment: ExportSegment | null;
  readonly profiles: Bitmap;
}

/** By audience. */
type Statuses = ReadonlyMap<ExportSegment, readonly Selected[]>;
type Enriching = ReadonlyMap<ExportSegment, Enrich>;

/** What is said of those who are exported besides their attributes. */
interface Said {
  readonly statuses: Statuses;
  readonly enriching: Enriching;
}

export class Exporter {
  readonly #options: ExporterOptions;

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  /** Throws SegmentationError `audience-not-found`, StoreError, system errors, and the signal's reason. */
  async run(request: ExportRequest, { folder, signal, onProgress }: ExportRun): Promise<ExportOutcome> {
    const ids = (request.segments ?? []).map(({ id }) => id);
    if (request.evaluate && ids.length > 0) await this.#options.evaluate(ids, signal);
    const statuses = await this.#statuses(request);
    const said = { statuses, enriching: await this.#enriching(request) };
    const parts = await this.#parts(request, statuses, signal);
    const unfinished = `${folder}.part`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    try {
      const files: ExportFile[] = [];
      for (const part of parts) {
        const before = files.reduce((rows, file) => rows + file.rows, 0);
        files.push(await this.#file(part, { request, said, folder: unfinished, signal, onRows: (rows) => onProgress(before + rows) }));
      }
      // What an attempt cut off by a crash had made already.
      await rm(folder, { recursive: true, force: true });
      await rename(unfinished, folder);
      const everybody = parts.reduce((all, { profiles }) => all.or(profiles), Bitmap.empty);
      const byNamespace = sizesWithin(everybody, await this.#options.namespaces(signal));
      return { files, profiles: everybody.size, byNamespace };
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }

  async #statuses({ segments, qualification }: ExportRequest): Promise<Statuses> {
    const found = new Map<ExportSegment, readonly Selected[]>();
    const now = this.#options.clock().getTime();
    for (const segment of segments ?? []) {
      const log = await this.#options.log(segment.id);
      if (log === undefined) throw audienceNotFound(segment.id);
      found.set(segment, select(segment, log, { qualification, now }));
    }
    return found;
  }

  async #enriching({ segments }: ExportRequest): Promise<Enriching> {
    const found = new Map<ExportSegment, Enrich>();
    for (const segment of segments ?? []) {
      const enrich = await this.#options.enrich(segment.id);
      if (enrich !== undefined) found.set(segment, enrich);
    }
    return found;
  }

  async #parts(
    { segments, segmentPerBatch, emptyProfiles, receivedAfter }: ExportRequest,
    statuses: Statuses,
    signal: AbortSignal,
  ): Promise<readonly Part[]> {
    const universe = await this.#options.universe(signal);
    const some = emptyProfiles ? universe : universe.and(await this.#options.withAttributes(signal));
    const allowed = receivedAfter === null ? some : some.and(await this.#options.receivedAfter(receivedAfter, signal));
    if (segments === null) return [{ segment: null, profiles: allowed }];
    const parts = [...statuses].map(([segment, selected]): Part => ({ segment, profiles: union(selected).and(allowed) }));
    if (segmentPerBatch) return parts;
    return [{ segment: null, profiles: parts.reduce((all, { profiles }) => all.or(profiles), Bitmap.empty) }];
  }

  async #file(
    { segment, profiles }: Part,
    {
      request,
      said,
      folder,
      signal,
      onRows,
    }: {
      readonly request: ExportRequest;
      readonly said: Said;
      readonly folder: string;
      readonly signal: AbortSignal;
      readonly onRows: (rows: number) => void;
    },
  ): Promise<ExportFile> {
    const { tables } = this.#options;
    const { format, fields, eventFields } = request;
    const more = [...(said.statuses.size > 0 ? ['segmentMembership'] : []), ...(eventFields === null ? [] : ['xEvent'])];
    const enriching = segment === null ? said.enriching : new Map([...said.enriching].filter(([each]) => each === segment));
    const columns = [
      ...flatColumns({ columns: tables.layout('profiles').columns.values(), fields, more }),
      ...enrichedColumns([...enriching.values()], tables.schema.lookups),
    ];
    const name = `${segment?.id ?? 'profiles'}.${format}`;
    const writer = openWriter(format, join(folder, name), columns);
    const project = projection(fields.length === 0 ? [] : ['identityMap', ...fields, ...more, ENRICHMENT]);
    const size = eventFields === null ? PAGE : PAGE_WITH_EVENTS;
    let rows = 0;
    try {
      for (let start = 0; start < profiles.size; start += size) {
        signal.throwIfAborted();
        const documents = await this.#documents(profiles.page(start, size), request, { ...said, enriching });
        await writer.write(documents.map((whole) => ({ whole, document: project(whole) })));
        rows += documents.length;
        onRows(rows);
      }
      await writer.finish();
    } catch (error) {
      writer.abort();
      throw error;
    }
    const { size: bytes } = await stat(join(folder, name));
    return { name, bytes, rows, ...(segment !== null && { segmentId: segment.id }) };
  }

  async #documents(
    ordinals: Uint32Array,
    { eventFields, eventsReceived, mergePolicy }: ExportRequest,
    { statuses, enriching }: Said,
  ): Promise<readonly Document[]> {
    const tables = await this.#options.tablesOf(mergePolicy?.id ?? null);
    const documents = await (eventFields === null
      ? readProfiles(tables, [...ordinals])
      : readDocuments(tables, [...ordinals], eventsReceived));
    const memberships = membershipsOf(ordinals, statuses);
    const events = projection(eventFields ?? []);
    return [...ordinals].flatMap((ordinal) => {
      const document = documents.get(ordinal);
      if (document === undefined) return [];
      const segmentMembership = memberships.get(ordinal);
      const xEvent = (document['xEvent'] as readonly Document[] | undefined)?.map(events);
      const along = [...enriching].filter(([segment]) => statuses.get(segment)?.some((part) => part.profiles.has(ordinal)) === true);
      const enrichment = enriched(
        along.map(([, enrich]) => enrich),
        document as DataObject,
        this.#options.tables.lookups,
      );
      return [
        {
          ...document,
          ...(segmentMembership && { segmentMembership }),
          ...(xEvent && { xEvent }),
          ...(enrichment && { [ENRICHMENT]: enrichment }),
        },
      ];
    });
  }
}

interface MembershipRecord {
  readonly status: string;
  readonly lastQualificationTime: string;
}
type SegmentMembership = Record<string, Record<string, MembershipRecord>>;

/** What the documented field says of each profile: namespace → audience → status and since when. */
function membershipsOf(ordinals: Uint32Array, statuses: Statuses): ReadonlyMap<number, SegmentMembership> {
  const page = Bitmap.of(ordinals);
  const found = new Map<number, SegmentMembership>();
  for (const [{ id, namespace }, selected] of statuses) {
    for (const { status, at, profiles } of selected) {
      const record = { status, lastQualificationTime: new Date(at).toISOString() };
      for (const ordinal of page.and(profiles)) {
        const membership = found.get(ordinal) ?? {};
        found.set(ordinal, membership);
        (membership[namespace] ??= {})[id] = record;
      }
    }
  }
  return found;
}
