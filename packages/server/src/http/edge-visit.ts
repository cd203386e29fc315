/** Whom a request is about, and who that is in now: what is stored, what is acknowledged, and what the request brings. */
import type { DataObject } from '@kindred/pql';
import { laidOver } from '@kindred/pql';
import type { Identity } from '@kindred/contract';
import type { EdgeAnswer, EdgeScope } from '../segmentation/index.ts';
import type { Rooms } from './rooms.ts';

export interface Visit {
  readonly identities: readonly Identity[];
  /** XDM events in hand, without their identities. */
  readonly events: readonly DataObject[];
  readonly attributes: DataObject;
  readonly now: Date;
  readonly scope: EdgeScope;
}

export interface Visited extends EdgeAnswer {
  /** Whether there is a profile. */
  readonly known: boolean;
}

type Parts = Pick<Rooms, 'tables' | 'namespaces' | 'stream' | 'segmentation'>;

export async function visit(rooms: Parts, { identities, events, attributes, now, scope }: Visit): Promise<Visited> {
  const named = namesOf(rooms, identities);
  const profile = profileOf(rooms, named);
  // Looked at before what is stored is read: what is stored in between is in both, and not in neither.
  const others = profile === null ? [] : (rooms.tables.identities.identitiesOf([profile]).get(profile) ?? []);
  const underway = rooms.stream.intake.inFlight.of([...named, ...others]);
  const laid = [...(underway.attributes as readonly DataObject[]), attributes].reduce(laidOver, {});
  const answer = await rooms.segmentation.edge.evaluate(
    {
      profile,
      identities: named,
      events: [...(underway.events as readonly DataObject[]), ...events],
      attributes: laid,
      now: now.getTime(),
    },
    scope,
  );
  return { ...answer, known: profile !== null };
}

/** Codes of namespaces as they are stored. */
export function namesOf({ namespaces }: Pick<Parts, 'namespaces'>, identities: readonly Identity[]): readonly Identity[] {
  return identities.map(({ namespace, id }) => ({ namespace: namespaces().find(namespace)?.code ?? namespace, id }));
}

/**
 * The profile of the identity that counts most, as an event with these identities is filed; null when nobody has any of them. Two
 * people are not taken for one before the rules of linking have said so.
 */
export function profileOf({ tables }: Pick<Parts, 'tables'>, identities: readonly Identity[]): number | null {
  const ranked =
    identities.length < 2
      ? identities
      : identities.toSorted((one, other) => tables.identities.rankOf(one.namespace) - tables.identities.rankOf(other.namespace));
  for (const identity of ranked) {
    const profile = tables.identities.find(identity);
    if (profile !== undefined) return profile;
  }
  return null;
}
