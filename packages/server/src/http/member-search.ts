/** Finding people among members by what one would recognise them by. */
import { Bitmap } from '../segmentation/index.ts';
import { columnName } from '../schema/index.ts';
import { identifier, literal } from '../store/index.ts';
import type { Rooms } from './rooms.ts';

/** Fields that are looked into, where the data has them. */
const FIELDS: readonly (readonly string[])[] = [
  ['person', 'name', 'firstName'],
  ['person', 'name', 'lastName'],
  ['person', 'name', 'fullName'],
  ['personalEmail', 'address'],
  ['workEmail', 'address'],
  ['homeAddress', 'city'],
];

/** Profiles that every word of the text fits: it begins an identity, or is part of a name, an address or a city, in any case. */
export async function profilesLike({ stores: { clickhouse }, tables }: Pick<Rooms, 'stores' | 'tables'>, text: string): Promise<Bitmap> {
  const columns = FIELDS.flatMap((path) => {
    const column = tables.layout('profiles').columns.get(columnName(path));
    return column === undefined || column.depth > 0 ? [] : [`toString(${identifier(column.name)})`];
  });
  let found: Bitmap | null = null;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const byIdentity = `SELECT profile FROM identities WHERE startsWith(lower(id), lower(${literal(word)}))`;
    const contains = columns.map((column) => `positionCaseInsensitiveUTF8(${column}, ${literal(word)}) > 0`);
    const byField = contains.length === 0 ? [] : [`SELECT profile FROM profiles FINAL WHERE ${contains.join(' OR ')}`];
    const rows = await clickhouse.query<{ profile: number }>([byIdentity, ...byField].join(' UNION DISTINCT '));
    const fitting = Bitmap.of(rows.map(({ profile }) => profile).toSorted((a, b) => a - b));
    found = found === null ? fitting : found.and(fitting);
  }
  return found ?? Bitmap.empty;
}
