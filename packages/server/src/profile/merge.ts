/**
 * The merged profile as SQL over its fragments. For each field the newest known value: by the time of the record,
 * and among records of one time by the hash of their content, so the order of arrival does not matter; or first by how much
 * a policy trusts the dataset. An array comes whole from one record; a map is merged entry by entry.
 */
import type { Column } from '../schema/index.ts';
import { columnName, keyColumn, lengthColumn } from '../schema/index.ts';
import { identifier, instantLiteral, literal } from '../store/index.ts';
import type { AttributeMerge } from './merge-policy.ts';
import { TIMESTAMP_ORDERED } from './merge-policy.ts';

export interface MergeSource {
  /** SQL: which profiles, as the right side of IN; all when left out. */
  readonly profiles?: string;
  /** Only records filed under the identity of this number. */
  readonly identity?: number;
  /** Only records up to this instant, epoch ms. */
  readonly until?: number;
  /** By the time of records, unless told. */
  readonly by?: AttributeMerge;
}

export interface MergeOptions extends MergeSource {
  /** Larger than that of every merge before. */
  readonly version: number;
  /** The table to fill; `profiles` unless told. */
  readonly into?: string;
}

/** What is chosen as one: a field, or everything of an array or map. */
interface Group {
  readonly columns: readonly Column[];
  /** Number of members of the array or map, null for a scalar and an array of scalars. */
  readonly length: string | null;
  readonly key: string | null;
}

/** An INSERT that brings merged profiles up to their fragments. */
export function mergeStatement(columns: readonly Column[], options: MergeOptions): string {
  const names = groupsOf(columns).flatMap((group) => group.columns.map(({ name }) => identifier(name)));
  return `INSERT INTO ${identifier(options.into ?? 'profiles')} (${['profile', 'version', ...names].join(', ')})
    SELECT owner, ${options.version}, * EXCEPT (owner) FROM (${mergedProfiles(columns, options)})`;
}

/** A SELECT of merged profiles: `owner`, the profile's ordinal, and its columns, those of one array or map together. */
export function mergedProfiles(columns: readonly Column[], { profiles, identity, until, by = TIMESTAMP_ORDERED }: MergeSource): string {
  const groups = groupsOf(columns);
  const age = ageOf(by);
  const inner = groups.flatMap((group, index) =>
    group.key === null ? group.columns.map((column) => newest(column, group, age)) : [entries(group, index, age)],
  );
  const outer = groups.flatMap((group, index) =>
    group.key === null ? group.columns.map(({ name }) => identifier(name)) : entryColumns(group, index),
  );
  const conditions = [
    ...(profiles === undefined ? [] : [`profile IN ${profiles}`]),
    ...(identity === undefined ? [] : [`identity = ${literal(identity)}`]),
    ...(until === undefined ? [] : [`fragments.time <= ${instantLiteral(until)}`]),
    ...(by.type === 'dataSetPrecedence' ? [`fragments.dataset IN ${literal(by.order)}`] : []),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return `SELECT ${['owner', ...outer].join(', ')}
    FROM (SELECT ${['profile AS owner', ...inner].join(', ')} FROM fragments ${where} GROUP BY profile)`;
}

/** What the record whose value counts has the largest of. */
function ageOf(by: AttributeMerge): string {
  const time = 'fragments.time, fragments.content';
  return by.type === 'timestampOrdered' ? `(${time})` : `(-toInt64(indexOf(${literal(by.order)}, fragments.dataset)), ${time})`;
}

function groupsOf(columns: readonly Column[]): Group[] {
  const names = new Set(columns.map(({ name }) => name));
  const groups = new Map<string, Column[]>();
  for (const column of columns) {
    const root = rootOf(column, names);
    groups.set(root, [...(groups.get(root) ?? []), column]);
  }
  return [...groups].map(([root, members]) => {
    const path = root.split('/');
    const [length, key] = [lengthColumn(path), keyColumn(path)];
    return { columns: members, length: names.has(length) ? length : null, key: names.has(key) ? key : null };
  });
}

/** The path of the outermost array of objects or map around a column, or of the column itself. */
function rootOf({ path }: Column, names: ReadonlySet<string>): string {
  for (let end = 1; end < path.length; end++) {
    const outer = path.slice(0, end);
    if (names.has(lengthColumn(outer))) return columnName(outer);
  }
  return columnName(path);
}

/** Inside, every column keeps its name behind a prefix: an alias equal to a column would hide it. */
function newest(column: Column, group: Group, age: string): string {
  const name = source(column.name);
  const known = group.length !== null ? `${source(group.length)} > 0` : column.depth > 0 ? `notEmpty(${name})` : `isNotNull(${name})`;
  return `argMaxIf(${name}, ${age}, ${known}) AS ${identifier(column.name)}`;
}

/** All entries of the map, of each key the newest, as tuples (key, age, values). */
function entries(group: Group, index: number, age: string): string {
  const key = source(group.key ?? '');
  const values = valuesOf(group).map(({ name }) => source(name));
  const parameters = values.map((_, position) => `v${position}`);
  const tuples = `arrayMap((${['k', ...parameters].join(', ')}) -> (k, ${age}, tuple(${parameters.join(', ')})), ${[
    key,
    ...values.map((value) => `arrayResize(${value}, length(${key}))`),
  ].join(', ')})`;
  const sorted = `arraySort(e -> (e.1, e.2), groupArrayArray(${tuples}))`;
  return `${sorted} AS sorted${index}, arrayFilter((e, i) -> i = length(sorted${index}) OR sorted${index}[i + 1].1 != e.1, sorted${index}, arrayEnumerate(sorted${index})) AS entries${index}`;
}

function entryColumns(group: Group, index: number): string[] {
  const values = valuesOf(group);
  const valueOf = (column: Column): string => {
    if (column.name === group.length) return `length(entries${index})`;
    if (column.name === group.key) return `arrayMap(e -> e.1, entries${index})`;
    return `arrayMap(e -> e.3.${values.indexOf(column) + 1}, entries${index})`;
  };
  return group.columns.map((column) => `${valueOf(column)} AS ${identifier(column.name)}`);
}

function valuesOf(group: Group): Column[] {
  return group.columns.filter(({ name }) => name !== group.length && name !== group.key);
}

function source(name: string): string {
  return `fragments.${identifier(name)}`;
}
