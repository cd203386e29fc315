import { routes } from '@kindred/contract';
import type { Audience, Folder } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Button } from '@react-spectrum/s2/Button';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { Menu, MenuItem, MenuTrigger, Text } from '@react-spectrum/s2/Menu';
import type { SortDescriptor } from '@react-spectrum/s2/TableView';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useCompose } from '../compose/use-compose.ts';
import { useStatus } from '../shell/status-context.tsx';
import { formatCountOf } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { AudienceTable } from './audience-table.tsx';
import { ACTIONS, COLUMNS, COLUMNS_AT_FIRST, NAME } from './columns.tsx';
import type { Surroundings } from './columns.tsx';
import { Filters } from './filters.tsx';
import { FolderTree } from './folder-tree.tsx';
import { within } from './folders.ts';
import styles from './list-page.module.css';
import type { PortalFilter } from './portal-filter.ts';
import { filterOf, isFiltered, matching, withFilter } from './portal-filter.ts';
import { SearchBox } from './search-box.tsx';
import type { Chosen } from './row-acting.tsx';
import type { RowMenuProps } from './row-menu.tsx';
import { useSavedViews } from './saved-views.ts';
import { ColumnMenu, ViewMenu } from './view-menu.tsx';

/** With their dialogs: nothing of them is needed to look at the list. */
const RowActing = lazy(async () => ({ default: (await import('./row-acting.tsx')).RowActing }));
const ScheduleAll = lazy(async () => ({ default: (await import('../evaluation/schedule-all.tsx')).ScheduleAllOfList }));
const BulkBar = lazy(async () => ({ default: (await import('./bulk-bar.tsx')).BulkBar }));

export function ListPage() {
  const status = useStatus();
  const list = useResource('audiences', (signal) => call(routes.listAudiences, { signal }), { refreshOn: status.data?.revision });
  const folders = useResource('folders', (signal) => call(routes.listFolders, { signal }));
  const all = list.data?.audiences;
  const error = list.error ?? folders.error;
  const reload = () => {
    list.reload();
    folders.reload();
  };
  return (
    <Page
      wide
      title="Audiences"
      subtitle={all && all.length > 0 ? formatCountOf(all.length, 'audience') : 'Groups of people by rule, exact at any moment.'}
      actions={
        <>
          <Suspense>
            <ScheduleAll />
          </Suspense>
          <LinkButton variant="secondary" href="/audiences/evaluation">
            Evaluation summary
          </LinkButton>
          <LinkButton variant="secondary" href="/audiences/compositions">
            Compositions
          </LinkButton>
          <CreateButton />
        </>
      }
    >
      {error && <Failure error={error} retry={reload} title="The audiences could not be loaded" />}
      {all === undefined && list.loading && <Skeleton lines={8} height={32} label="Loading audiences" />}
      {all?.length === 0 && <FirstAudience />}
      {all !== undefined && all.length > 0 && <Portal all={all} folders={folders.data?.folders ?? []} onChanged={reload} />}
    </Page>
  );
}

interface PortalProps {
  readonly all: readonly Audience[];
  readonly folders: readonly Folder[];
  readonly onChanged: () => void;
}

function Portal({ all, folders, onChanged }: PortalProps) {
  const state = usePortalState();
  const { filter, change, order, columns, put } = state;
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const act = useCallback<RowMenuProps['onAct']>((action, audience) => setChosen({ action, audience }), []);
  const around = useSurroundings(folders, all, act);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const found = useMemo(() => matching(all, filter, within(folders, filter.folder)), [all, filter, folders]);
  const selected = found.filter(({ id }) => selection.has(id));
  const [narrow, setNarrow] = useState(false);
  const clear = () => setSelection(new Set());
  const narrowBy = (news: Partial<PortalFilter>) => {
    clear();
    change(news);
  };
  return (
    <div className={styles.portal}>
      <aside aria-label="Filters" className={narrow ? styles.sideOpen : styles.side}>
        <FolderTree
          folders={folders}
          total={all.length}
          chosen={filter.folder}
          onChoose={(folder) => narrowBy({ folder })}
          onChanged={onChanged}
        />
        <Filters audiences={all} filter={filter} change={narrowBy} />
      </aside>
      <div className={styles.list}>
        <Tools state={state} found={found.length} total={all.length} narrow={narrow} onNarrow={setNarrow} onFilter={narrowBy} />
        {selected.length > 0 && (
          <Suspense>
            <BulkBar selected={selected} all={all} folders={folders} onClear={clear} onChanged={onChanged} />
          </Suspense>
        )}
        {found.length > 0 ? (
          <AudienceTable
            key={columns.map(({ id }) => id).join()}
            audiences={found}
            columns={columns}
            around={around}
            question={state.params.toString()}
            order={order}
            onOrder={({ column, direction }) => put('sort', `${column}:${direction}`)}
            selected={selection}
            onSelect={setSelection}
          />
        ) : (
          <Empty title="No audience matches">Nothing is left by these filters. Clear them, or search for another word.</Empty>
        )}
        {chosen !== null && (
          <Suspense>
            <RowActing chosen={chosen} all={all} folders={folders} onChanged={onChanged} />
          </Suspense>
        )}
      </div>
    </div>
  );
}

interface ToolsProps {
  readonly state: ReturnType<typeof usePortalState>;
  readonly found: number;
  readonly total: number;
  /** Filters are shown where there is no room for them beside the list. */
  readonly narrow: boolean;
  readonly onNarrow: (narrow: boolean) => void;
  readonly onFilter: (news: Partial<PortalFilter>) => void;
}

function Tools({ state: { params, setParams, filter, columns, put }, found, total, narrow, onNarrow, onFilter }: ToolsProps) {
  const saved = useSavedViews();
  return (
    <div className={styles.tools}>
      <SearchBox value={filter.search} onChange={(search) => onFilter({ search })} />
      <span className={styles.narrow}>
        <ActionButton onPress={() => onNarrow(!narrow)}>{narrow ? 'Hide filters' : 'Filters'}</ActionButton>
      </span>
      <ColumnMenu shown={columns.slice(1, -1).map(({ id }) => id)} onChange={(ids) => put('columns', ids.join(','))} />
      <ViewMenu saved={saved} query={params.toString()} onOpen={(query) => setParams(new URLSearchParams(query), { replace: true })} />
      {isFiltered(filter) && (
        <span className={styles.found} role="status" data-found={found}>
          {found} of {formatCountOf(total, 'audience')}
          <ActionButton isQuiet size="S" onPress={() => onFilter(filterOf(new URLSearchParams()))}>
            Clear filters
          </ActionButton>
        </span>
      )}
    </div>
  );
}

/** Filter, order and columns, all in the address. */
function usePortalState() {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => filterOf(params), [params]);
  const put = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    next.set(name, value);
    setParams(next, { replace: true });
  };
  const shown = params.get('columns');
  const columns = useMemo(() => {
    const ids = shown === null ? COLUMNS_AT_FIRST : shown.split(',');
    return [NAME, ...COLUMNS.filter(({ id }) => ids.includes(id)), ACTIONS];
  }, [shown]);
  const [column = '', direction] = (params.get('sort') ?? 'lastEvaluated:descending').split(':');
  const order: SortDescriptor = { column, direction: direction === 'ascending' ? 'ascending' : 'descending' };
  const change = (news: Partial<PortalFilter>) => setParams(withFilter(params, { ...filter, ...news }), { replace: true });
  return { params, setParams, filter, change, order, columns, put };
}

function useSurroundings(folders: readonly Folder[], all: readonly Audience[], act: Surroundings['act']): Surroundings {
  const universe = useStatus().data?.profiles;
  const movements = useResource('movements', (signal) => call(routes.listMovements, { signal }), { refreshOn: all }).data?.movements;
  return useMemo(
    () => ({
      universe,
      movements: movements && new Map(movements.map((movement) => [movement.id, movement])),
      folders: new Map(folders.map(({ id, name }) => [id, name])),
      act,
    }),
    [universe, movements, folders, act],
  );
}

function CreateButton() {
  const compose = useCompose();
  return (
    <>
      <LinkButton variant="secondary" href="/audiences/import">
        Import audience
      </LinkButton>
      <LinkButton variant="secondary" href="/audiences/new">
        Write PQL
      </LinkButton>
      <MenuTrigger align="end">
        <Button variant="accent" isDisabled={compose.running}>
          Create audience
        </Button>
        <Menu onAction={(key) => key === 'compose' && void compose.run()}>
          <MenuItem id="build" href="/audiences/build" textValue="Build rule">
            <Text slot="label">Build rule</Text>
            <Text slot="description">People by what they are and did</Text>
          </MenuItem>
          <MenuItem id="compose" textValue="Compose audiences">
            <Text slot="label">Compose audiences</Text>
            <Text slot="description">Join, exclude, rank and split audiences</Text>
          </MenuItem>
        </Menu>
      </MenuTrigger>
    </>
  );
}

function FirstAudience() {
  const { data } = useStatus();
  if (data?.profiles === 0) {
    return (
      <Empty title="No data yet" action={<LinkButton href="/sources">Go to sources</LinkButton>}>
        An audience is a group of profiles. Import customer data first, or generate the demo shop, and profiles appear here.
      </Empty>
    );
  }
  return (
    <Empty title="Write your first audience" action={<CreateButton />}>
      <p>
        A rule in Profile Query Language says who belongs: what people are, and what they did. Its exact size shows while you type, and
        every member can be asked why.
      </p>
      <p className={styles.example}>
        <code>person.name.lastName.isNotNull()</code>
      </p>
    </Empty>
  );
}
