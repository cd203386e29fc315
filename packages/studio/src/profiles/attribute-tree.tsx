import { useMemo } from 'react';
import { formatDateTime, formatUtc } from '../ui/format.ts';
import styles from './attribute-tree.module.css';
import type { XdmDocument } from './describe.ts';
import type { Origin, Origins } from './origins.ts';

export interface AttributeTreeProps {
  readonly document: XdmDocument;
  /** Where values came from; null: not shown. */
  readonly origins: Origins | null;
}

/** An XDM document as foldable groups of names and values. */
export function AttributeTree({ document, origins }: AttributeTreeProps) {
  const entries = useMemo(() => entriesOf(document, [], origins), [document, origins]);
  if (entries.length === 0) return <p className={styles.none}>Nothing is known about this person but the events.</p>;
  return <Entries entries={entries} />;
}

/** A value on one line, or a group that unfolds. */
type Entry =
  | { readonly name: string; readonly text: string; readonly origin: Origin | null }
  | { readonly name: string; readonly entries: readonly Entry[] };

/** Plain values first, then groups, each by name. A group of one joins its only member: `marketing.email.val`. */
function entriesOf(document: XdmDocument, path: readonly string[], origins: Origins | null): readonly Entry[] {
  const entries = Object.entries(document).map(([name, value]) => entryOf([...path, name], value, origins));
  return entries.toSorted(
    (a, b) => Number('entries' in a) - Number('entries' in b) || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}

function entryOf(path: readonly string[], value: unknown, origins: Origins | null): Entry {
  const name = path.at(-1) ?? '';
  const members = membersOf(value);
  if (members === null) return { name, text: valueText(value), origin: origins?.(path, value) ?? null };
  // Members of lists come from where the list does.
  const entries = entriesOf(members, path, Array.isArray(value) ? null : origins);
  const [only] = entries;
  return entries.length === 1 && only !== undefined ? { ...only, name: `${name}.${only.name}` } : { name, entries };
}

/** What a group holds: the fields of an object, the numbered items of a list of objects; null for plain values. */
function membersOf(value: unknown): XdmDocument | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return value as XdmDocument;
  const items: readonly unknown[] = value;
  const nested = items.some((item) => typeof item === 'object' && item !== null);
  return nested ? Object.fromEntries(items.map((item, index) => [String(index + 1), item])) : null;
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  const plain = entries.flatMap((entry) => ('text' in entry ? [entry] : []));
  const groups = entries.flatMap((entry) => ('entries' in entry ? [entry] : []));
  return (
    <div className={styles.entries}>
      {plain.length > 0 && (
        <dl className={styles.list}>
          {plain.map(({ name, text, origin }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {text}
                {origin !== null && (
                  <span className={styles.origin} title={formatUtc(origin.time)}>
                    {origin.dataset}
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {groups.map((group) => (
        <details key={group.name} className={styles.group} open>
          <summary>{group.name}</summary>
          <Entries entries={group.entries} />
        </details>
      ))}
    </div>
  );
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return INSTANT.test(value) && !Number.isNaN(Date.parse(value)) ? formatDateTime(value) : value;
  return String(value);
}
