/** A club whose members book courses: what there is to predict in tests. */
import { routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import { setTimeout as wait } from 'node:timers/promises';

const DAY = 86_400_000;
const MEMBERS = 1400;
const DAYS = 140;

/** What of the months before `now` is imported, epoch ms. */
interface Part {
  readonly now: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Visits of a club in the last months, and courses that are booked after them: the keener somebody is, the more of both.
 * @param part all up to this moment unless given
 */
export async function importClub(api: Client, part: Partial<Part> = {}): Promise<void> {
  const { now = Date.now(), from = 0 } = part;
  const { to = now } = part;
  let state = 1;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const first = now - DAYS * DAY;
  const lines: string[] = [];
  let events = 0;
  const add = (member: number, at: number, eventType: string) => {
    events++;
    if (at < from || at >= to) return;
    const event = { _id: `club-${events}`, timestamp: new Date(at).toISOString(), eventType };
    lines.push(JSON.stringify({ ...event, identityMap: { CRMID: [{ id: `CLUB-${member}`, primary: true }] } }));
  };
  for (let member = 0; member < MEMBERS; member++) {
    const keen = random();
    for (let day = 0; day < DAYS - 1; day++) {
      if (random() > 0.04 + 0.08 * keen) continue;
      add(member, first + (day + random()) * DAY, 'club.visits');
      if (random() < 0.3 * keen ** 2) add(member, first + (day + 1 + random() * 0.5) * DAY, 'club.bookings');
    }
  }
  const name = `club-${to}.jsonl`;
  await api.call(routes.upload, { params: { name }, body: lines.join('\n') });
  const { id } = await api.call(routes.startImport, { body: { upload: name, dataset: 'Club', target: 'event' } });
  while ((await api.call(routes.getImport, { params: { id } })).finishedAt === null) await wait(100);
}

export const BOOKS = {
  name: 'Books a course',
  kind: 'conversion' as const,
  goal: { events: [{ name: 'Booking', condition: 'eventType = "club.bookings"' }], windowDays: 14 },
  population: 'xEvent[eventType = "club.visits" and timestamp occurs <= 45 days before now].count() >= 1',
};
