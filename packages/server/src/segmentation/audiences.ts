/** Audiences as people see them: the rule, its size, its members. */
import { Bitmap } from './bitmap/index.ts';
import type { DefinitionQuery } from './definition-query.ts';
import type { Definition, Definitions } from './definitions.ts';
import { SegmentationError } from './errors.ts';
import type { ExternalAudiences, ExternalDetails } from './external.ts';
import { isExpired } from './external.ts';
import type { SegmentJobs } from './jobs.ts';
import { refuseUnevaluated } from './lifecycle.ts';
import type { FlipPage, FlipPosition } from './changes.ts';
import type { Memberships, Size, SizeHistory } from './memberships.ts';

export interface Audience extends Definition {
  /** The last evaluation, or the last list; null before the first one. */
  readonly last: Size | null;
  /** Of an audience whose members come from outside; else null. */
  readonly external: ExternalDetails | null;
}

export interface AudiencePage {
  readonly audiences: readonly Audience[];
  /** How many there are on all pages. */
  readonly total: number;
}

export interface MembersPage {
  readonly total: number;
  /** Ordinals in rising order. */
  readonly profiles: readonly number[];
}

export interface MembersQuery {
  readonly start: number;
  readonly limit: number;
  /** Only these profiles, when given. */
  readonly among?: Bitmap;
}

export interface AudiencesOptions {
  readonly definitions: Definitions;
  readonly external: ExternalAudiences;
  readonly memberships: Memberships;
  readonly jobs: SegmentJobs;
  /** For the expiry of members from outside. */
  readonly clock: () => Date;
}

export class Audiences {
  readonly #options: AudiencesOptions;

  constructor(options: AudiencesOptions) {
    this.#options = options;
  }

  async list(query: DefinitionQuery = {}): Promise<AudiencePage> {
    const { definitions, total } = await this.#options.definitions.list(query);
    return { audiences: await this.#withSizes(definitions), total };
  }

  /** Those of the ids that exist, in no promised order. */
  async getMany(ids: readonly string[]): Promise<readonly Audience[]> {
    return await this.#withSizes(await this.#options.definitions.getMany(ids));
  }

  /** Throws SegmentationError `audience-not-found`. */
  async get(id: string): Promise<Audience> {
    const definition = await this.#options.definitions.get(id);
    const [audience] = await this.#withSizes([definition]);
    return audience ?? { ...definition, last: null, external: null };
  }

  /**
   * Evaluates the audience now, by a job of its own, and stores the members. Throws SegmentationError
   * `audience-not-found`, `audience-inactive`, `audience-external`, and `segment-job-failed` with the reason.
   */
  async evaluate(id: string, source: string): Promise<Audience> {
    const { definitions, jobs } = this.#options;
    const definition = await definitions.get(id);
    refuseUnevaluated(definition);
    const { name } = definition;
    const { id: job } = await jobs.create([id], source);
    const { status, errors } = await jobs.ended(job);
    if (status === 'SUCCEEDED') return await this.get(id);
    throw new SegmentationError({
      code: 'segment-job-failed',
      message: `${name} was not evaluated: ${errors[0]?.msg ?? status.toLowerCase()}`,
      hint: `The segment job ${job} has the reason.`,
      details: errors,
    });
  }

  /** Members at the last evaluation. Throws SegmentationError `audience-not-found`. */
  async members(id: string, { start, limit, among }: MembersQuery): Promise<MembersPage> {
    const all = await this.present(await this.#options.definitions.get(id));
    const members = among === undefined ? all : all.and(among);
    return { total: members.size, profiles: [...members.page(start, limit)] };
  }

  /** Who came and left, newest first. Throws SegmentationError `audience-not-found`. */
  async flips(id: string, page: { readonly limit: number; readonly from: FlipPosition | null }): Promise<FlipPage> {
    await this.#options.definitions.get(id);
    return await this.#options.memberships.flips(id, page);
  }

  /** Every evaluation so far, or as many of them as make a picture (`readSizes`). Throws SegmentationError `audience-not-found`. */
  async sizes(id: string, most?: number): Promise<SizeHistory> {
    await this.#options.definitions.get(id);
    return await this.#options.memberships.sizes(id, most);
  }

  /** Everybody who is in now, as far as it was evaluated. */
  async present({ id, kind }: Definition): Promise<Bitmap> {
    const { external, memberships, clock } = this.#options;
    return kind === 'external' ? await external.members(id, clock().getTime()) : await memberships.load(id);
  }

  /** The audiences in use a profile was in at their last evaluation, or at an instant, by name, and since when without a break. */
  async ofProfile(profile: number, at?: Date): Promise<readonly { readonly audience: Definition; readonly since: Date }[]> {
    const { memberships: kept } = this.#options;
    const stored = at === undefined ? await kept.of(profile) : await kept.ofAt(profile, at);
    const memberships = new Map(stored.map(({ audience, since }) => [audience, since]));
    const definitions = await this.#options.definitions.getMany([...memberships.keys()]);
    const external = await this.#options.external.getMany(definitions.map(({ id }) => id));
    const now = this.#options.clock();
    const present = definitions.filter(({ id, lifecycleState }) => {
      const details = external.get(id);
      return lifecycleState !== 'inactive' && (details === undefined || !isExpired(details, now));
    });
    const found = present.map((audience) => ({ audience, since: memberships.get(audience.id) ?? audience.createdAt }));
    return found.toSorted((a, b) => a.audience.name.localeCompare(b.audience.name, 'en'));
  }

  /**
   * Deletes what says who is in, and its members; the name is free again. Throws SegmentationError `audience-not-found`,
   * `audience-in-use`, `audience-changed`.
   */
  async delete(id: string, now: Date, ifChanges?: number): Promise<void> {
    const { definitions, memberships, external } = this.#options;
    await definitions.delete(id, now, ifChanges);
    await memberships.forget(id);
    await external.forget(id);
  }

  async #withSizes(definitions: readonly Definition[]): Promise<readonly Audience[]> {
    const ids = definitions.map(({ id }) => id);
    const { external, memberships, clock } = this.#options;
    const [sizes, details] = [await memberships.lastSizes(ids), await external.getMany(ids)];
    const now = clock();
    return definitions.map((definition) => {
      const [last, outside] = [sizes.get(definition.id) ?? null, details.get(definition.id) ?? null];
      const expired = outside !== null && isExpired(outside, now);
      return { ...definition, last: expired && last !== null ? { ...last, size: 0 } : last, external: outside };
    });
  }
}
