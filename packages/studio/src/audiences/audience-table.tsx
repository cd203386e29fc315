import type { Audience } from '@kindred/contract';
import { Cell, Column, Row, TableBody, TableHeader, TableView } from '@react-spectrum/s2/TableView';
import type { Selection, SortDescriptor } from '@react-spectrum/s2/TableView';
import { useMemo, useState } from 'react';
import type { ListColumn, Surroundings } from './columns.tsx';
import styles from './list-page.module.css';

const HEADER_HEIGHT = 33;
const ROW_HEIGHT = 48;
/** Rows that are there to scroll to at first, and so many more each time the end is near: the table takes its time for each of them, drawn or not. */
const PAGE = 50;

export interface AudienceTableProps {
  readonly audiences: readonly Audience[];
  /** In their order. */
  readonly columns: readonly ListColumn[];
  readonly around: Surroundings;
  /** What the audiences are an answer to: another one begins at the top. */
  readonly question: string;
  readonly order: SortDescriptor;
  readonly onOrder: (order: SortDescriptor) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
}

/** Audiences; a row leads to its page. Rows come as one scrolls, so thousands are fine. */
export function AudienceTable({ audiences, columns, around, question, order, onOrder, selected, onSelect }: AudienceTableProps) {
  const rows = useMemo(() => sorted(audiences, columns, around, order), [audiences, columns, around, order]);
  const [shown, setShown] = useState({ question, count: PAGE });
  const count = shown.question === question ? shown.count : PAGE;
  const page = useMemo(() => rows.slice(0, count), [rows, count]);
  const select = (keys: Selection) => onSelect(keys === 'all' ? new Set(rows.map(({ id }) => id)) : new Set([...keys].map(String)));
  return (
    <TableView
      aria-label="Audiences"
      density="spacious"
      overflowMode="truncate"
      selectionMode="multiple"
      selectedKeys={selected}
      onSelectionChange={select}
      sortDescriptor={order}
      onSortChange={onOrder}
      {...(count < rows.length && { onLoadMore: () => setShown({ question, count: count + PAGE }) })}
      onResizeEnd={(widths) => keepWidths(widths)}
      UNSAFE_className={styles.table ?? ''}
      UNSAFE_style={{ height: `min(${rows.length * ROW_HEIGHT + HEADER_HEIGHT + 2}px, calc(100dvh - 240px))`, minHeight: 160 }}
    >
      <TableHeader columns={columns.map((column, index) => ({ ...column, index }))}>
        {({ id, title, bare = false, width, end, sortBy, index }) => (
          <Column
            id={id}
            isRowHeader={index === 0}
            allowsResizing={!bare}
            allowsSorting={sortBy !== undefined}
            defaultWidth={keptWidth(id) ?? (index === 0 ? '1fr' : bare ? width : width * roominess())}
            minWidth={bare ? width : index === 0 ? 160 : 80}
            {...(end && { align: 'end' as const })}
          >
            {bare ? <span className="visually-hidden">{title}</span> : title}
          </Column>
        )}
      </TableHeader>
      <TableBody items={page} dependencies={[columns, around]}>
        {(audience) => (
          <Row id={audience.id} href={`/audiences/${audience.id}`} textValue={audience.name} columns={columns}>
            {({ id, end, cell }) => (
              <Cell key={id} {...(end && { align: 'end' as const })} {...(id === 'name' && { textValue: audience.name })}>
                {cell(audience, around)}
              </Cell>
            )}
          </Row>
        )}
      </TableBody>
    </TableView>
  );
}

/** Titles are whole where there is room for them; elsewhere the names come first. */
const roominess = (): number => (window.innerWidth >= 1680 ? 1.5 : 1);

const WIDTHS = 'kindred.portal.widths';

/** In pixels, as the reader left it. */
function keptWidth(column: string): number | undefined {
  return (JSON.parse(localStorage.getItem(WIDTHS) ?? '{}') as Readonly<Record<string, number>>)[column];
}

function keepWidths(widths: ReadonlyMap<string | number, unknown>): void {
  const kept = [...widths].flatMap(([id, width]) => (typeof width === 'number' ? [[id, Math.round(width)]] : []));
  localStorage.setItem(WIDTHS, JSON.stringify(Object.fromEntries(kept)));
}

function sorted(
  audiences: readonly Audience[],
  columns: readonly ListColumn[],
  around: Surroundings,
  { column, direction }: SortDescriptor,
): readonly Audience[] {
  const sortBy = columns.find(({ id }) => id === column)?.sortBy;
  if (sortBy === undefined) return audiences;
  const sign = direction === 'ascending' ? 1 : -1;
  const keyed = audiences.map((audience) => ({ audience, by: sortBy(audience, around) }));
  return keyed
    .toSorted((a, b) => {
      if (a.by === b.by) return a.audience.name.localeCompare(b.audience.name);
      return a.by < b.by ? -sign : sign;
    })
    .map(({ audience }) => audience);
}
