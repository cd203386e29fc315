/**
 * Who is in which audience of the edge, now, inside of a request: what rules need of a person is kept while the person comes again, and
 * forgotten as soon as the data change that is about them.
 */
import type { DataObject, EdgePlans, KnownProfile, Projection, WrittenProjection } from '@kindred/pql';
import { membershipOf, needLookups } from '@kindred/pql';
import type { Identity, ProfileIdentity } from '../../identity/index.ts';
import type { ProfileTables, ReadableTables } from '../../profile/index.ts';
import { readDocuments } from '../../profile/index.ts';
import type { EvaluationMethod } from '../../store/index.ts';
import type { Bitmap } from '../bitmap/index.ts';
import type { Definition, Definitions } from '../definitions.ts';
import { namesOf } from '../dependencies.ts';
import { SegmentationError } from '../errors.ts';
import type { AudienceReference } from '../plans.ts';
import type { EdgeAudiences } from './audiences.ts';
import { compileEdge } from './audiences.ts';
import type { Consent } from './consent.ts';
import { consentOf } from './consent.ts';
import { Hot } from './hot.ts';

export interface EdgeOptions {
  readonly definitions: Definitions;
  readonly policies: { readonly changes: number };
  readonly tables: ProfileTables;
  /** What reads people as a merge policy sees them; null: the default policy. */
  readonly tablesOf: (mergePolicyId: string | null) => Promise<ReadableTables>;
  /** What rules are about at this moment. */
  readonly schema: () => object;
  readonly clock: () => Date;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
  readonly onUnexpected: (error: unknown) => void;
}

export interface EdgePerson {
  /** Ordinal; null: nobody that we know. */
  readonly profile: number | null;
  /** Those in hand. */
  readonly identities: readonly Identity[];
  /** Not stored yet, or not at all; those that are stored already change nothing. */
  readonly events: readonly DataObject[];
  /** Laid over the fields that are stored. */
  readonly attributes: DataObject;
  /** Epoch ms. */
  readonly now: number;
}

export interface EdgeAnswer {
  /** Those the person is in; none for somebody who does not want to be addressed personally. */
  readonly audiences: readonly Definition[];
  readonly consent: Consent;
}

/** Plans and what they need of a person, for the library. */
export interface EdgeProjection {
  /** Those that can be answered with it. */
  readonly audiences: readonly Definition[];
  /** Those that cannot, because their rules need records of lookup entities. */
  readonly left: readonly Definition[];
  readonly plans: readonly EdgePlans[];
  /** One for each of the plans. */
  readonly projections: readonly WrittenProjection[];
  /** Attributes that tell membership in lists from outside. */
  readonly memberships: DataObject;
  readonly consent: Consent;
}

interface HotPerson {
  /** One for each set. */
  readonly projections: readonly Projection[];
  readonly identities: readonly ProfileIdentity[];
  /** What has to do with consent. */
  readonly record: DataObject;
}

/** Whether edge audiences alone are meant, or those that stream as well. */
export type EdgeScope = 'edge' | 'streaming';

const EVALUATIONS: Readonly<Record<EdgeScope, readonly EvaluationMethod[]>> = { edge: ['edge'], streaming: ['edge', 'streaming'] };
/** Pieces of evidence kept of all people of a scope together: some hundred MB at most. */
const MOST = 2_000_000;
/** How much an event as it was weighs more than its evidence. */
const WHOLE_EVENT = 20;
/** How long members from outside are kept, in ms. */
const OUTSIDE = 1000;

export class Edge {
  readonly #options: EdgeOptions;
  readonly #scopes = new Map<EdgeScope, Scope>();

  constructor(options: EdgeOptions) {
    this.#options = options;
    const { tables } = options;
    tables.onChanged(({ profiles }) => {
      for (const scope of this.#scopes.values()) scope.forget(profiles);
    });
    tables.onMoved(() => {
      for (const scope of this.#scopes.values()) scope.forget(tables.moved);
    });
  }

  async evaluate(person: EdgePerson, scope: EdgeScope = 'edge'): Promise<EdgeAnswer> {
    return await (await this.#current(scope)).evaluate(person);
  }

  /** Plans and what they need of a person: the same answers elsewhere. */
  async project(person: Pick<EdgePerson, 'profile' | 'now'>, scope: EdgeScope = 'edge'): Promise<EdgeProjection> {
    return await (await this.#current(scope)).project(person);
  }

  /** The audiences that are answered, by id. */
  async audiences(scope: EdgeScope = 'edge'): Promise<ReadonlyMap<string, Definition>> {
    return (await this.#current(scope)).audiences.told;
  }

  /** Throws SegmentationError `audience-not-at-edge` when one of the ids is none that is answered. */
  async requireAudiences(ids: readonly string[], scope: EdgeScope = 'edge'): Promise<void> {
    if (ids.length === 0) return;
    const told = await this.audiences(scope);
    const id = ids.find((each) => !told.has(each));
    if (id === undefined) return;
    throw new SegmentationError({
      code: 'audience-not-at-edge',
      message: `The audience ${id} is not evaluated here: it is not published with the evaluation ${EVALUATIONS[scope].join(' or ')}.`,
      hint: `Publish it with evaluation "edge"${scope === 'edge' ? ', or ask for "evaluation": "streaming" where it is streaming' : ''}.`,
      details: { id },
    });
  }

  /** Compiled anew when definitions, policies or the schema have changed. */
  async #current(name: EdgeScope): Promise<Scope> {
    for (;;) {
      const { definitions, policies, schema } = this.#options;
      const known = this.#scopes.get(name);
      const state = [definitions.revision, policies.changes, schema()] as const;
      if (known !== undefined && known.state.every((part, at) => part === state[at])) {
        await known.ready;
        return known;
      }
      const scope = new Scope(this.#options, EVALUATIONS[name], state);
      this.#scopes.set(name, scope);
      try {
        await scope.ready;
      } catch (error) {
        if (this.#scopes.get(name) === scope) this.#scopes.delete(name);
        throw error;
      }
    }
  }
}

class Scope {
  readonly state: readonly unknown[];
  readonly ready: Promise<void>;
  readonly #options: EdgeOptions;
  readonly #hot: Hot<HotPerson>;
  /** By audience. */
  readonly #outside = new Map<string, { readonly members: Bitmap; readonly until: number }>();
  #audiences: EdgeAudiences | null = null;
  /** How many were told. */
  #limits = 0;

  constructor(options: EdgeOptions, evaluations: readonly EvaluationMethod[], state: readonly unknown[]) {
    this.#options = options;
    this.state = state;
    this.#hot = new Hot({ load: (profiles) => this.#load(profiles), weightOf, most: MOST });
    const { definitions, tables, zone, onUnexpected } = options;
    const lookup = (entity: string, id: string): DataObject | null => tables.lookups.get(entity, id);
    this.ready = compileEdge({ definitions, evaluations, lookup, zone, onUnexpected }).then((audiences) => {
      this.#audiences = audiences;
    });
  }

  get audiences(): EdgeAudiences {
    if (this.#audiences === null) throw new Error('bug: the audiences of the edge were asked before they were compiled');
    return this.#audiences;
  }

  forget(profiles: Iterable<number> | null): void {
    this.#hot.forget(profiles);
  }

  async evaluate({ profile, identities, events, attributes, now }: EdgePerson): Promise<EdgeAnswer> {
    const { told, sets } = this.audiences;
    const hot = await this.#person(profile);
    const consent = consentOf({ ...hot?.record, ...attributes });
    if (consent === 'out') return { audiences: [], consent };
    const laid = {
      ...attributes,
      ...(sets.reads('identityMap') && identityMap(hot?.identities ?? [], identities)),
      ...(await this.#outsideMemberships(profile, now)),
    };
    const members = sets.memberships(hot?.projections ?? null, { now, events, attributes: laid });
    this.#tellLimits();
    return { audiences: [...members].flatMap((id) => told.get(id) ?? []), consent };
  }

  async project({ profile, now }: Pick<EdgePerson, 'profile' | 'now'>): Promise<EdgeProjection> {
    const { sets, told } = this.audiences;
    const hot = await this.#person(profile);
    const withoutRecords = needLookups(sets.plans);
    return {
      audiences: [...told.values()].filter(({ id }) => !withoutRecords.has(id)),
      left: [...told.values()].filter(({ id }) => withoutRecords.has(id)),
      plans: sets.plans,
      projections: sets.write(hot?.projections ?? sets.project([], now)),
      memberships: await this.#outsideMemberships(profile, now),
      consent: consentOf(hot?.record ?? {}),
    };
  }

  /** Once for each condition. */
  #tellLimits(): void {
    const { limits } = this.audiences.sets;
    for (const limit of limits.slice(this.#limits)) this.#options.onUnexpected(limit);
    this.#limits = limits.length;
  }

  async #outsideMemberships(profile: number | null, now: number): Promise<DataObject> {
    const names: AudienceReference[] = [];
    for (const { id, outside } of this.audiences.outside) {
      if (profile === null || !(await this.#from(id, outside.members, now)).has(profile)) continue;
      names.push(...namesOf({ id, outside }));
    }
    return names.length === 0 ? {} : membershipOf(names);
  }

  async #person(profile: number | null): Promise<HotPerson | null> {
    return profile === null ? null : await this.#hot.get(profile);
  }

  async #from(audience: string, read: (now: number) => Promise<Bitmap>, now: number): Promise<Bitmap> {
    const known = this.#outside.get(audience);
    if (known !== undefined && now < known.until) return known.members;
    const members = await read(now);
    this.#outside.set(audience, { members, until: now + OUTSIDE });
    return members;
  }

  async #load(profiles: readonly number[]): Promise<ReadonlyMap<number, HotPerson>> {
    const { tablesOf, tables, clock } = this.#options;
    const { sets, policies } = this.audiences;
    const now = clock().getTime();
    const documents = new Map<string | null, ReadonlyMap<number, unknown>>();
    for (const policy of new Set([null, ...policies])) documents.set(policy, await readDocuments(await tablesOf(policy), profiles));
    const identities = tables.identities.identitiesOf(profiles);
    return new Map(
      [...identities].map(([profile, known]) => {
        const documentBy = (policy: string | null): DataObject => (documents.get(policy)?.get(profile) ?? {}) as DataObject;
        const seen = policies.map((policy) => knownOf(documentBy(policy)));
        const projections = sets.project(seen, now);
        const { consents, optInOut, privacyOptOuts } = documentBy(null);
        return [profile, { projections, identities: known, record: { consents, optInOut, privacyOptOuts } }];
      }),
    );
  }
}

function knownOf({ xEvent = [], ...record }: DataObject): KnownProfile {
  return { record, events: xEvent as readonly DataObject[] };
}

/** Identities in hand beside those that are known; nothing when there are no others. */
function identityMap(known: readonly ProfileIdentity[], inHand: readonly Identity[]): { readonly identityMap?: DataObject } {
  const fresh = inHand.filter(({ namespace, id }) => !known.some((other) => other.namespace === namespace && other.id === id));
  if (fresh.length === 0) return {};
  const all: readonly (Identity & Partial<ProfileIdentity>)[] = [...known, ...fresh];
  const groups = Object.entries(Object.groupBy(all, ({ namespace }) => namespace));
  const shown = groups.map(([namespace, list = []]) => [namespace, list.map(({ id, primary }) => (primary ? { id, primary } : { id }))]);
  return { identityMap: Object.fromEntries(shown) as DataObject };
}

function weightOf({ projections }: HotPerson): number {
  return projections.reduce((sum, { state, events }) => {
    const evidence = [...state.entries.values()].reduce((all, { times }) => all + times.length, 0);
    return sum + 1 + state.due.size + evidence + events.length * WHOLE_EVENT;
  }, 1);
}
