/** The columns that say whose a row is, and under which identity it is filed. */
import type { Resolved } from '../identity/index.ts';
import type { Table, WrittenColumn } from '../schema/index.ts';
import { Bytes, columnWriter, uint32Column } from '../schema/index.ts';
import { identifier } from '../store/index.ts';
import type { Chunk } from './chunk.ts';
import { EVENT_KEYS, FRAGMENT_KEYS } from './chunk.ts';

const PROFILE: WrittenColumn = { name: 'profile', chType: 'UInt32' };
/** The number of the identity that a row was stored under: with it the row goes to another profile. */
const IDENTITY: WrittenColumn = { name: 'identity', chType: 'UInt32' };
/** Where an event has several identities, all of them, so that other rules can file it elsewhere (`refile.ts`). */
const NUMBERS: WrittenColumn = { name: 'identity#numbers', chType: 'Array(UInt32)' };
const NAMESPACES: WrittenColumn = { name: 'identity#namespaces', chType: 'Array(LowCardinality(String))' };

export const OWNERS: Readonly<Record<Table, readonly WrittenColumn[]>> = {
  events: [PROFILE, IDENTITY, NUMBERS, NAMESPACES],
  profiles: [PROFILE, IDENTITY],
};

/** What every row has besides. */
export const KEYS: Readonly<Record<Table, readonly WrittenColumn[]>> = { events: EVENT_KEYS, profiles: FRAGMENT_KEYS };

/** The columns of a staged chunk as SQL. */
export function names(table: Table, chunk: Chunk): string {
  return [...OWNERS[table], ...KEYS[table], ...chunk.columns].map(({ name }) => identifier(name)).join(', ');
}

/** The columns that say whose each row is. */
export function ownersOf(table: Table, { personOfRow, rows }: Chunk, { profiles, filed }: Resolved): readonly Uint8Array[] {
  const own = [
    uint32Column(
      PROFILE.name,
      personOfRow.map((person) => profiles[person] ?? 0),
    ),
    uint32Column(
      IDENTITY.name,
      personOfRow.map((person) => filed[person]?.number ?? 0),
    ),
  ];
  if (table === 'profiles') return own;
  const [numbers, namespaces] = [columnWriter(NUMBERS), columnWriter(NAMESPACES)];
  for (const [row, person] of personOfRow.entries()) {
    const together = filed[person]?.together ?? [];
    if (together.length === 0) continue;
    numbers.set(
      row,
      together.map(({ number }) => number),
    );
    namespaces.set(
      row,
      together.map(({ namespace }) => namespace),
    );
  }
  const bytes = new Bytes(rows * 16 + 1024);
  numbers.write(rows, bytes);
  namespaces.write(rows, bytes);
  return [...own, bytes.take()];
}
