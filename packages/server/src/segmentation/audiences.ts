/** Audiences as people see them: the rule, its size, its members. */
import type { Definition, DefinitionQuery, Definitions } from './definitions.ts';
import { SegmentationError } from './errors.ts';
import type { SegmentJobs } from './jobs.ts';
import type { Memberships, Size } from './memberships.ts';

export interface Audience extends Definition {
  /** The last evaluation; null before the first one. */
  readonly last: Size | null;
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

export interface AudiencesOptions {
  readonly definitions: Definitions;
  readonly memberships: Memberships;
  readonly jobs: SegmentJobs;
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

  /** Throws SegmentationError `audience-not-found`. */
  async get(id: string): Promise<Audience> {
    const definition = await this.#options.definitions.get(id);
    const [audience] = await this.#withSizes([definition]);
    return audience ?? { ...definition, last: null };
  }

  /**
   * Evaluates the audience now, by a job of its own, and stores the members. Throws SegmentationError
   * `audience-not-found`, `audience-inactive`, and `segment-job-failed` with the reason.
   */
  async evaluate(id: string, source: string): Promise<Audience> {
    const { definitions, jobs } = this.#options;
    const { name, lifecycleState } = await definitions.get(id);
    if (lifecycleState === 'inactive') {
      throw new SegmentationError({ code: 'audience-inactive', message: `${name} is inactive.`, hint: 'Publish it to have it evaluated.' });
    }
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
  async members(id: string, { start, limit }: { readonly start: number; readonly limit: number }): Promise<MembersPage> {
    await this.#options.definitions.get(id);
    const members = await this.#options.memberships.load(id);
    return { total: members.size, profiles: [...members.page(start, limit)] };
  }

  /** Every evaluation so far, oldest first. Throws SegmentationError `audience-not-found`. */
  async sizes(id: string): Promise<readonly Size[]> {
    await this.#options.definitions.get(id);
    return await this.#options.memberships.sizes(id);
  }

  /** The audiences a profile was in at their last evaluation, by name, and since when without a break. */
  async ofProfile(profile: number): Promise<readonly { readonly audience: Definition; readonly since: Date }[]> {
    const memberships = new Map((await this.#options.memberships.of(profile)).map(({ audience, since }) => [audience, since]));
    const definitions = await this.#options.definitions.getMany([...memberships.keys()]);
    const found = definitions.map((audience) => ({ audience, since: memberships.get(audience.id) ?? audience.createdAt }));
    return found.toSorted((a, b) => a.audience.name.localeCompare(b.audience.name, 'en'));
  }

  /** Deletes the rule and its members; the name is free again. Throws SegmentationError `audience-not-found`, `audience-in-use`. */
  async delete(id: string, now: Date): Promise<void> {
    await this.#options.definitions.delete(id, now);
    await this.#options.memberships.forget(id);
  }

  async #withSizes(definitions: readonly Definition[]): Promise<readonly Audience[]> {
    const sizes = await this.#options.memberships.lastSizes(definitions.map(({ id }) => id));
    return definitions.map((definition) => ({ ...definition, last: sizes.get(definition.id) ?? null }));
  }
}
