/** Previews and estimates: a query evaluated once in the background, its answer kept for a while. Exact, not sampled. */
import type { UnionSchema } from '@kindred/pql';
import { randomUUID } from 'node:crypto';
import type { Bitmap } from './bitmap/index.ts';
import { SegmentationError } from './errors.ts';
import type { Estimate } from './estimate/estimator.ts';
import { planFor } from './plans.ts';

export type PreviewState = 'NEW' | 'RUNNING' | 'RESULT_READY' | 'FAILED';

export interface Preview {
  readonly id: string;
  readonly pql: string;
  readonly state: PreviewState;
  readonly createdAt: Date;
  /** When RESULT_READY. */
  readonly estimate: Estimate | null;
  /** When FAILED: what is wrong, and what to do. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface PreviewsOptions {
  readonly schema: () => UnionSchema;
  readonly evaluate: (
    pql: string,
    options: { readonly now: Date; readonly signal: AbortSignal },
  ) => Promise<{ readonly estimate: Estimate; readonly members: Bitmap }>;
}

/** Previews kept; the oldest go first. */
const KEPT = 200;

interface Entry {
  preview: Preview;
  members: Bitmap | null;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

export class Previews {
  readonly #options: PreviewsOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: PreviewsOptions) {
    this.#options = options;
  }

  /** Starts the evaluation of a query. Throws SegmentationError `pql-invalid`. */
  create(pql: string, now: Date): Preview {
    planFor(pql, this.#options.schema());
    const preview: Preview = { id: randomUUID(), pql, state: 'NEW', createdAt: now, estimate: null, error: null };
    const stop = new AbortController();
    // The caller sees NEW; the work begins when it has got its answer.
    const ended = Promise.resolve().then(() => this.#run(preview.id, { pql, now, signal: stop.signal }));
    this.#entries.set(preview.id, { preview, members: null, stop, ended });
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= KEPT) break;
      this.#drop(id, entry);
    }
    return preview;
  }

  /** Throws SegmentationError `preview-not-found`. */
  get(id: string): Preview {
    return this.#entry(id).preview;
  }

  /** Ordinals of members in rising order; none before RESULT_READY. Throws SegmentationError `preview-not-found`. */
  members(id: string, start: number, limit: number): Uint32Array {
    return this.#entry(id).members?.page(start, limit) ?? new Uint32Array();
  }

  /** Stops and forgets it. Throws SegmentationError `preview-not-found`. */
  cancel(id: string): void {
    this.#drop(id, this.#entry(id));
  }

  /** Resolves when the evaluation has ended, however it did. Throws SegmentationError `preview-not-found`. */
  async ended(id: string): Promise<Preview> {
    const entry = this.#entry(id);
    await entry.ended;
    return entry.preview;
  }

  /** Stops all, and resolves when they have ended. */
  async close(): Promise<void> {
    const entries = [...this.#entries];
    for (const [id, entry] of entries) this.#drop(id, entry);
    await Promise.all(entries.map(([, { ended }]) => ended));
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new SegmentationError({
      code: 'preview-not-found',
      message: `There is no preview ${id}.`,
      hint: 'Previews are kept for a while only. Make a new one.',
    });
  }

  #drop(id: string, { stop }: Entry): void {
    this.#entries.delete(id);
    stop.abort(new DOMException('The preview was cancelled.', 'AbortError'));
  }

  async #run(id: string, { pql, now, signal }: { readonly pql: string; readonly now: Date; readonly signal: AbortSignal }): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.preview = { ...entry.preview, state: 'RUNNING' };
    try {
      const { estimate, members } = await this.#options.evaluate(pql, { now, signal });
      entry.members = members;
      entry.preview = { ...entry.preview, state: 'RESULT_READY', estimate };
    } catch (error) {
      const { code = 'internal', message } = error as { readonly code?: string; readonly message: string };
      entry.preview = { ...entry.preview, state: 'FAILED', error: { code, message } };
    }
  }
}
