import { SearchField } from '@react-spectrum/s2/SearchField';
import { memo, useMemo, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { fieldTree, filterFields } from '../schema/fields.ts';
import type { FieldNode } from '../schema/fields.ts';
import { formatCountOf } from '../ui/format.ts';
import { useBuilder } from './builder-context.ts';
import { typeOf } from './field-type.ts';
import { PaletteTile } from './palette-tile.tsx';
import styles from './palette.module.css';
import { recentPaths } from './recent-parts.ts';

type Tab = 'attributes' | 'events' | 'audiences';
const TABS: readonly (readonly [Tab, string])[] = [
  ['attributes', 'Attributes'],
  ['events', 'Events'],
  ['audiences', 'Audiences'],
];

/** The left rail: everything a rule can be about, to click, to press Enter on, or to drag. */
export const Palette = memo(function Palette() {
  const [tab, setTab] = useState<Tab>('attributes');
  const [search, setSearch] = useState('');
  const [all, setAll] = useState(false);
  return (
    <section aria-label="Fields" data-part tabIndex={-1} className={styles.palette}>
      <Tabs tab={tab} onChange={setTab} />
      <div className={styles.tools}>
        <SearchField
          aria-label={`Search ${tab}`}
          placeholder="Search"
          size="S"
          value={search}
          onChange={setSearch}
          UNSAFE_style={{ width: '100%' }}
        />
        {tab !== 'audiences' && (
          <label className={styles.check}>
            <input type="checkbox" checked={!all} onChange={({ target }) => setAll(!target.checked)} />
            Only fields with data
          </label>
        )}
      </div>
      <div role="tabpanel" id={`palette-${tab}`} aria-labelledby={`palette-tab-${tab}`} className={styles.list}>
        {tab === 'attributes' && <FieldBrowser key="profile" of="attribute" search={search} all={all} />}
        {tab === 'events' && <Events search={search} all={all} />}
        {tab === 'audiences' && <Audiences search={search} />}
      </div>
    </section>
  );
});

function Tabs({ tab, onChange }: { readonly tab: Tab; readonly onChange: (tab: Tab) => void }) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const index = TABS.findIndex(([key]) => key === tab);
    const next = TABS[(index + step + TABS.length) % TABS.length]?.[0] ?? tab;
    onChange(next);
    event.currentTarget.querySelector<HTMLElement>(`#palette-tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Kinds of fields" className={styles.tabs} onKeyDown={onKeyDown}>
      {TABS.map(([key, text]) => (
        <button
          key={key}
          id={`palette-tab-${key}`}
          type="button"
          role="tab"
          aria-selected={tab === key}
          aria-controls={tab === key ? `palette-${key}` : undefined}
          tabIndex={tab === key ? 0 : -1}
          onClick={() => onChange(key)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

const wordsOf = (search: string): readonly string[] => search.toLowerCase().split(/\s+/).filter(Boolean);

interface FieldBrowserProps {
  readonly of: 'attribute' | 'eventField';
  readonly search: string;
  readonly all: boolean;
}

/** Folders to walk through, with the way back above; a search looks everywhere at once. */
function FieldBrowser({ of, search, all }: FieldBrowserProps) {
  const { schema } = useBuilder();
  const [folder, setFolder] = useState<readonly string[]>([]);
  const side = of === 'attribute' ? 'profile' : 'event';
  const tree = useMemo(() => fieldTree(schema[side], schema.populated[side]), [schema, side]);
  const words = wordsOf(search);
  const found = useMemo(() => filterFields(tree, { words: wordsOf(search), populatedOnly: !all }), [tree, search, all]);
  if (words.length > 0) return <FieldList of={of} nodes={leaves(found).slice(0, MOST_FOUND)} paths />;
  const nodes = folder.reduce<readonly FieldNode[]>((level, name) => level.find((node) => node.name === name)?.children ?? [], found);
  return (
    <>
      {folder.length > 0 && (
        <nav aria-label="Folder" className={styles.crumbs}>
          <button type="button" onClick={() => setFolder([])}>
            All
          </button>
          {folder.map((name, index) => (
            <button
              key={name}
              type="button"
              aria-current={index === folder.length - 1 ? 'true' : undefined}
              onClick={() => setFolder(folder.slice(0, index + 1))}
            >
              {name}
            </button>
          ))}
        </nav>
      )}
      {folder.length === 0 && <Recent of={of} tree={tree} />}
      <FieldList of={of} nodes={nodes} onOpen={(name) => setFolder([...folder, name])} />
    </>
  );
}

/** As they were when the rail was opened: a list that changes under the hand is none to click on. */
function Recent({ of, tree }: { readonly of: 'attribute' | 'eventField'; readonly tree: readonly FieldNode[] }) {
  const [paths] = useState(() => recentPaths(of === 'attribute' ? 'profile' : 'event'));
  const nodes = useMemo(() => {
    const all = leaves(tree);
    return paths.flatMap((path) => all.filter((node) => node.path === path));
  }, [tree, paths]);
  if (nodes.length === 0) return null;
  return (
    <>
      <h2 className={styles.title}>Used last</h2>
      <FieldList of={of} nodes={nodes} paths />
      <h2 className={styles.title}>All</h2>
    </>
  );
}

const MOST_FOUND = 200;

function leaves(nodes: readonly FieldNode[]): readonly FieldNode[] {
  return nodes.flatMap((node) => (node.children.length === 0 ? [node] : [...(node.own ? [node] : []), ...leaves(node.children)]));
}

interface FieldListProps {
  readonly of: 'attribute' | 'eventField';
  readonly nodes: readonly FieldNode[];
  readonly paths?: boolean;
  readonly onOpen?: (name: string) => void;
}

function FieldList({ of, nodes, paths = false, onOpen }: FieldListProps) {
  const { schema } = useBuilder();
  const fields = schema[of === 'attribute' ? 'profile' : 'event'].fields;
  if (nodes.length === 0) return <p className={styles.none}>No field fits. Show fields without data too, or import data that has them.</p>;
  return (
    <ul className={styles.tiles}>
      {nodes.map((node) => (
        <li key={node.path}>
          {node.children.length > 0 && onOpen !== undefined && (
            <button type="button" className={styles.folder} onClick={() => onOpen(node.name)}>
              <span>{node.title ?? node.name}</span>
              <span aria-hidden="true">›</span>
            </button>
          )}
          {(node.children.length === 0 || (node.own && (onOpen === undefined || !node.type.startsWith('list')))) && (
            <PaletteTile
              part={{ kind: of, path: node.path.split('.'), type: typeOf(fields, node.path.split('.')), title: node.title ?? node.name }}
              detail={node.type}
              below={paths ? node.path : undefined}
              place={{ of: of === 'attribute' ? 'profile' : 'event', path: node.path.split('.') }}
              description={[node.path, node.description, node.values.slice(0, 8).join(', ')].filter(Boolean).join(' · ')}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function Events({ search, all }: { readonly search: string; readonly all: boolean }) {
  const { schema } = useBuilder();
  const words = wordsOf(search);
  const types = schema.eventTypes.filter(
    ({ eventType }) => eventType !== '' && words.every((word) => eventType.toLowerCase().includes(word)),
  );
  return (
    <>
      <h2 className={styles.title}>Event types</h2>
      <ul className={styles.tiles}>
        {words.length === 0 && (
          <li>
            <PaletteTile part={{ kind: 'eventType', eventType: null, title: 'Any event' }} detail="event" />
          </li>
        )}
        {types.map(({ eventType, events }) => (
          <li key={eventType}>
            <PaletteTile part={{ kind: 'eventType', eventType, title: eventType }} detail={formatCountOf(events, 'event')} />
          </li>
        ))}
      </ul>
      <h2 className={styles.title}>Event fields</h2>
      <FieldBrowser key="event" of="eventField" search={search} all={all} />
    </>
  );
}

function Audiences({ search }: { readonly search: string }) {
  const { audiences } = useBuilder();
  const words = wordsOf(search);
  const found = audiences.filter(({ name, description }) => words.every((word) => `${name} ${description}`.toLowerCase().includes(word)));
  if (found.length === 0) return <p className={styles.none}>No audience fits.</p>;
  return (
    <ul className={styles.tiles}>
      {found.slice(0, MOST_FOUND).map(({ id, name, size, description }) => (
        <li key={id}>
          <PaletteTile
            part={{ kind: 'audience', id, title: name }}
            detail={size === null ? 'audience' : formatCountOf(size, 'member')}
            description={description}
          />
        </li>
      ))}
    </ul>
  );
}
