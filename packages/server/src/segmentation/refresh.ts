/**
 * Decides again whether some people are in audiences, each on what is known of them now, by the reference evaluator: at once, where an
 * evaluation of everybody would come later. What it changes is what the next evaluation would change.
 */
import type { DataObject } from '@kindred/pql';
import { evaluate } from '@kindred/pql';
import type { ReadableTables } from '../profile/index.ts';
import { readDocuments } from '../profile/index.ts';
import { Bitmap } from './bitmap/index.ts';
import type { CauseKind } from './cause.ts';
import type { Definition, Definitions } from './definitions.ts';
import { inShare } from './composition/choice.ts';
import type { Planned } from './dependencies.ts';
import { inLevels, keysOf } from './dependencies.ts';
import { audienceKey } from './evaluation.ts';
import type { Amended, Memberships } from './memberships.ts';

export interface RefreshOptions {
  readonly definitions: Definitions;
  readonly memberships: Memberships;
  /** What reads people as a merge policy sees them; null: the default policy. */
  readonly tablesOf: (mergePolicyId: string | null) => Promise<ReadableTables>;
  readonly clock: () => Date;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** People read at a time. */
const PAGE = 200;

export class Refresh {
  readonly #options: RefreshOptions;

  constructor(options: RefreshOptions) {
    this.#options = options;
  }

  /** Gives how many of the wanted audiences somebody entered or left; all when left out. Safe to repeat. */
  async people(
    profiles: readonly number[],
    signal: AbortSignal,
    { cause, wanted = () => true }: { readonly cause: CauseKind; readonly wanted?: (audience: Definition) => boolean },
  ): Promise<number> {
    const { definitions, memberships, clock } = this.#options;
    const evaluated = (await this.#evaluated()).filter(wanted);
    const levels = await inLevels(
      evaluated.map((definition) => definitions.planOf(definition)),
      (reference) => definitions.planned(reference),
    );
    const now = clock();
    const members = new Map<string, number[]>(evaluated.map(({ id }) => [id, []]));
    for (let from = 0; from < profiles.length; from += PAGE) {
      signal.throwIfAborted();
      await this.#decide(profiles.slice(from, from + PAGE), { levels, members, now: now.getTime() });
    }
    const about = Bitmap.of(profiles);
    const amended = evaluated.map(({ id, version }): Amended => ({
      audience: id,
      version,
      about,
      members: Bitmap.of(members.get(id) ?? []),
      cause,
    }));
    return await memberships.amend(amended, now);
  }

  /** Rules in use whose members are those of the rule as it is; others wait for an evaluation anyway. */
  async #evaluated(): Promise<readonly Definition[]> {
    const { definitions, memberships } = this.#options;
    const { definitions: all } = await definitions.list();
    // Where somebody is in a ranking depends on everybody.
    const rules = all.filter(({ kind, choice, lifecycleState }) => {
      return kind !== 'external' && choice?.kind !== 'top' && lifecycleState !== 'inactive';
    });
    const sizes = await memberships.lastSizes(rules.map(({ id }) => id));
    return rules.filter(({ id, version }) => sizes.get(id)?.version === version);
  }

  async #decide(profiles: readonly number[], { levels, members, now }: Deciding): Promise<void> {
    const { tablesOf, zone } = this.#options;
    const read = new Map<string | null, { readonly tables: ReadableTables; readonly documents: ReadonlyMap<number, unknown> }>();
    for (const policy of new Set(levels.flat().map(({ mergePolicyId = null }) => mergePolicyId))) {
      const tables = await tablesOf(policy);
      read.set(policy, { tables, documents: await readDocuments(tables, profiles) });
    }
    /** Of those whose members nobody can tell by the person alone. */
    const given = new Map<Planned, Bitmap>();
    for (const planned of levels.flat()) {
      if (planned.outside !== undefined && planned.choice?.kind !== 'share') given.set(planned, await planned.outside.members(now));
    }
    for (const profile of profiles) {
      const inside = new Set<string>();
      const isMember = (namespace: string, id: string): boolean => inside.has(audienceKey(namespace, id));
      for (const planned of levels.flat()) {
        const { tables, documents } = read.get(planned.mergePolicyId ?? null) ?? {};
        const document = documents?.get(profile) as DataObject | undefined;
        // Who is no more is in no audience.
        if (document === undefined || tables === undefined) continue;
        const lookup = (entity: string, id: string): DataObject | null => tables.lookups.get(entity, id);
        const holds = given.get(planned)?.has(profile) ?? evaluate(planned.plan.test, document, { now, zone, isMember, lookup });
        if (!holds || (planned.choice?.kind === 'share' && !inShare(planned.choice, profile))) continue;
        for (const key of keysOf(planned)) inside.add(key);
        members.get(planned.id)?.push(profile);
      }
    }
  }
}

interface Deciding {
  readonly levels: readonly (readonly Planned[])[];
  /** By audience; those who are in are added. */
  readonly members: ReadonlyMap<string, number[]>;
  /** Epoch ms. */
  readonly now: number;
}
