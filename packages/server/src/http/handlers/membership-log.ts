/** Who entered and left, in the order in which it was decided. */
import type { DriftCheck, MembershipEntry } from '@kindred/contract';
import { Readable } from 'node:stream';
import type { DriftCase, DriftCheck as StoredCheck } from '../../segmentation/index.ts';
import type { LogEntries } from '../membership-log.ts';
import { readLog } from '../membership-log.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

export function membershipLogHandlers(
  rooms: Rooms,
): Handlers<'readMembershipLog' | 'followMembershipLog' | 'getDrift' | 'checkDrift' | 'explainLive'> {
  const { drift } = rooms.segmentation;
  return {
    async getDrift({ query: { limit } }) {
      return { checks: (await drift.checks(limit)).map(checkBody), cases: await casesBody(rooms, await drift.cases(limit)) };
    },
    async explainLive({ params }) {
      const { leaves, ...explained } = await rooms.segmentation.explainLive(params.id, rooms.clock());
      return { ...explained, leaves: [...leaves] };
    },
    checkDrift: async () => checkBody(await drift.check()),
    async readMembershipLog({ query: { from, limit, ...filter } }) {
      const { entries, next } = await readLog(rooms, filter, { from, limit });
      return { entries, next, end: rooms.segmentation.log.end };
    },
    async followMembershipLog({ query: { from, ...filter }, request, signal }) {
      const last = Number(request.headers['last-event-id']);
      const beginning = Number.isSafeInteger(last) && last > 0 ? last + 1 : from;
      const pages = rooms.followers.follow(filter, beginning, signal);
      const first = await pages.next();
      return Readable.from(serverSent(first.done === true ? [] : first.value.entries, pages), { objectMode: false });
    },
  };
}

function checkBody({ checkedAt, ...check }: StoredCheck): DriftCheck {
  return { ...check, checkedAt: checkedAt.toISOString() };
}

/** Audiences and people who are not there any more are named by their ids alone. */
async function casesBody({ segmentation, tables }: Rooms, cases: readonly DriftCase[]) {
  const definitions = await segmentation.definitions.getMany([...new Set(cases.map(({ audience }) => audience))]);
  const names = new Map(definitions.map(({ id, name }) => [id, name]));
  const people = tables.identities.identitiesOf([...new Set(cases.map(({ profile }) => profile))]);
  return cases.map((each) => ({
    ...each,
    audience: { id: each.audience, name: names.get(each.audience) ?? each.audience },
    identities: (people.get(each.profile) ?? []).map(({ namespace, id }) => ({ namespace, id })),
  }));
}

async function* serverSent(first: readonly MembershipEntry[], pages: AsyncGenerator<LogEntries>): AsyncGenerator<string> {
  yield `: what changes comes below\n\n${eventsOf(first)}`;
  for await (const { entries } of pages) yield entries.length === 0 ? ': nothing yet\n\n' : eventsOf(entries);
}

function eventsOf(entries: readonly MembershipEntry[]): string {
  return entries.map((entry) => `id: ${entry.offset}\nevent: membership\ndata: ${JSON.stringify(entry)}\n\n`).join('');
}
