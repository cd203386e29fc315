import type { Audience } from '@kindred/contract';
import { Cell, Column, Row, TableBody, TableHeader, TableView } from '@react-spectrum/s2/TableView';
import { useMemo, useState } from 'react';
import { Ago } from '../ui/ago.tsx';
import { formatCount } from '../ui/format.ts';
import { ShareBar } from '../ui/share-bar.tsx';
import { Lifecycle } from './lifecycle.tsx';
import styles from './list-page.module.css';
import { methodOf } from './method.ts';

type ColumnId = 'name' | 'size' | 'evaluation' | 'lifecycle' | 'lastEvaluated';

interface Order {
  readonly column: ColumnId;
  readonly direction: 'ascending' | 'descending';
}

const HEADER_HEIGHT = 33;
const ROW_HEIGHT = 48;

export interface AudienceTableProps {
  readonly audiences: readonly Audience[];
  /** Number of all profiles; undefined while unknown. */
  readonly universe: number | undefined;
}

/** All audiences; a row leads to its page. Rows are drawn as they scroll into view, so thousands are fine. */
export function AudienceTable({ audiences, universe }: AudienceTableProps) {
  const [order, setOrder] = useState<Order>({ column: 'lastEvaluated', direction: 'descending' });
  const rows = useMemo(() => sorted(audiences, order), [audiences, order]);
  return (
    <TableView
      aria-label="Audiences"
      density="spacious"
      sortDescriptor={order}
      onSortChange={({ column, direction }) => setOrder({ column: column as ColumnId, direction })}
      UNSAFE_className={styles.table ?? ''}
      UNSAFE_style={{ height: `min(${rows.length * ROW_HEIGHT + HEADER_HEIGHT + 2}px, calc(100dvh - 240px))`, minHeight: 160 }}
    >
      <TableHeader>
        <Column id="name" isRowHeader allowsSorting minWidth={220} width="3fr">
          Name
        </Column>
        <Column id="size" allowsSorting align="end" width={120}>
          Size
        </Column>
        <Column id="share" width="1fr" minWidth={150}>
          Share of profiles
        </Column>
        <Column id="evaluation" allowsSorting width={120}>
          Evaluation
        </Column>
        <Column id="lifecycle" allowsSorting width={130}>
          Lifecycle
        </Column>
        <Column id="lastEvaluated" allowsSorting width={170}>
          Last evaluated
        </Column>
      </TableHeader>
      <TableBody items={rows} dependencies={[universe]}>
        {(audience) => audienceRow(audience, universe)}
      </TableBody>
    </TableView>
  );
}

function audienceRow(audience: Audience, universe: number | undefined) {
  return (
    <Row id={audience.id} href={`/audiences/${audience.id}`} textValue={audience.name}>
      <Cell textValue={audience.name}>
        <span className={styles.name}>{audience.name}</span>
      </Cell>
      <Cell align="end">
        <span className={styles.number}>{audience.size === null ? '–' : formatCount(audience.size)}</span>
      </Cell>
      <Cell>
        {audience.size === null || universe === undefined ? (
          <span className={styles.faint}>–</span>
        ) : (
          <ShareBar part={audience.size} total={universe} />
        )}
      </Cell>
      <Cell>{methodOf(audience)}</Cell>
      <Cell>
        <Lifecycle state={audience.lifecycleState} />
      </Cell>
      <Cell>{audience.lastEvaluated === null ? <span className={styles.faint}>Never</span> : <Ago at={audience.lastEvaluated} />}</Cell>
    </Row>
  );
}

const sortKeys: Readonly<Record<ColumnId, (audience: Audience) => string | number>> = {
  name: ({ name }) => name.toLocaleLowerCase(),
  size: ({ size }) => size ?? -1,
  evaluation: methodOf,
  lifecycle: ({ lifecycleState }) => lifecycleState,
  lastEvaluated: ({ lastEvaluated }) => lastEvaluated ?? '',
};

function sorted(audiences: readonly Audience[], { column, direction }: Order): readonly Audience[] {
  const key = sortKeys[column];
  const sign = direction === 'ascending' ? 1 : -1;
  return audiences.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === right) return a.name.localeCompare(b.name);
    return left < right ? -sign : sign;
  });
}
