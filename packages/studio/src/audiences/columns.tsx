/** What a list of audiences can show of each. */
import type { Audience, AudienceMovement } from '@kindred/contract';
import type { ReactNode } from 'react';
import { Ago } from '../ui/ago.tsx';
import { formatCount, formatShare } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import { Breakdown } from './breakdown.tsx';
import { Lifecycle } from './lifecycle.tsx';
import styles from './list-page.module.css';
import { methodOf } from './method.ts';
import { originOf } from './portal-filter.ts';
import { RowMenu } from './row-menu.tsx';
import type { RowMenuProps } from './row-menu.tsx';

/** What is known besides the audiences themselves. */
export interface Surroundings {
  /** Number of all profiles; undefined while unknown. */
  readonly universe: number | undefined;
  /** Of the last day, by audience; those in which nothing moved are left out. Undefined while unknown. */
  readonly movements: ReadonlyMap<string, AudienceMovement> | undefined;
  /** Names by id. */
  readonly folders: ReadonlyMap<string, string>;
  /** What the menu of a row does. */
  readonly act: RowMenuProps['onAct'];
}

export interface ListColumn {
  readonly id: string;
  readonly title: string;
  /** Its title is read out, not shown, and its width stays. */
  readonly bare?: true;
  readonly width: number;
  readonly end?: true;
  readonly cell: (audience: Audience, around: Surroundings) => ReactNode;
  /** Nothing: the list cannot be put in this order. Not named key, which React takes for itself. */
  readonly sortBy?: (audience: Audience, around: Surroundings) => string | number;
}

const none = <span className={styles.faint}>–</span>;

export const NAME: ListColumn = {
  id: 'name',
  title: 'Name',
  width: 260,
  cell: ({ name }) => <span className={styles.name}>{name}</span>,
  sortBy: ({ name }) => name.toLocaleLowerCase(),
};

/** The last, always there. */
export const ACTIONS: ListColumn = {
  id: 'actions',
  title: 'Actions',
  bare: true,
  width: 76,
  cell: (audience, { act }) => <RowMenu audience={audience} onAct={act} />,
};

/** Besides the name and the actions, which are always there. */
export const COLUMNS: readonly ListColumn[] = [
  {
    id: 'size',
    title: 'Size',
    width: 85,
    end: true,
    cell: ({ size }) => <span className={styles.number}>{size === null ? '–' : formatCount(size)}</span>,
    sortBy: ({ size }) => size ?? -1,
  },
  {
    id: 'share',
    title: 'Share of profiles',
    width: 170,
    cell: ({ size }, { universe }) => (size === null || universe === undefined ? none : <ShareBar part={size} total={universe} />),
    sortBy: ({ size }) => size ?? -1,
  },
  {
    id: 'breakdown',
    title: 'Breakdown',
    width: 110,
    cell: (audience, { movements }) =>
      audience.size === null || movements === undefined ? none : <Breakdown {...partsOf(audience, movements)} />,
    sortBy: (audience, { movements }) => (movements === undefined ? 0 : partsOf(audience, movements).realized),
  },
  {
    id: 'churn',
    title: 'Churn',
    width: 95,
    end: true,
    cell: ({ id, size }, { movements }) => {
      if (size === null || movements === undefined) return none;
      const churn = churnOf(id, movements);
      return churn === null ? <span title="Nobody was in it a day ago">new</span> : formatShare(churn, Math.max(1, churn));
    },
    sortBy: ({ id }, { movements }) => (movements === undefined ? 0 : (churnOf(id, movements) ?? Number.MAX_VALUE)),
  },
  { id: 'evaluation', title: 'Update frequency', width: 130, cell: methodOf, sortBy: methodOf },
  {
    id: 'lifecycle',
    title: 'Lifecycle',
    width: 115,
    cell: ({ lifecycleState }) => <Lifecycle state={lifecycleState} />,
    sortBy: ({ lifecycleState }) => lifecycleState,
  },
  {
    id: 'lastEvaluated',
    title: 'Last evaluated',
    width: 140,
    cell: ({ lastEvaluated }) => (lastEvaluated === null ? <span className={styles.faint}>Never</span> : <Ago at={lastEvaluated} />),
    sortBy: ({ lastEvaluated }) => lastEvaluated ?? '',
  },
  { id: 'tags', title: 'Tags', width: 180, cell: ({ tags }) => tags.join(', '), sortBy: ({ tags }) => tags.join() },
  {
    id: 'folder',
    title: 'Folder',
    width: 140,
    cell: ({ folderId }, { folders }) => folders.get(folderId ?? '') ?? none,
    sortBy: ({ folderId }, { folders }) => folders.get(folderId ?? '') ?? '',
  },
  { id: 'origin', title: 'Origin', width: 170, cell: originOf, sortBy: originOf },
  { id: 'description', title: 'Description', width: 260, cell: ({ description }) => description, sortBy: ({ description }) => description },
  { id: 'labels', title: 'Access labels', width: 150, cell: ({ labels }) => labels.join(', '), sortBy: ({ labels }) => labels.join() },
  { id: 'createdBy', title: 'Created by', width: 130, cell: ({ createdBy }) => createdBy, sortBy: ({ createdBy }) => createdBy },
  {
    id: 'created',
    title: 'Created',
    width: 200,
    cell: ({ createdAt }) => <Instant at={createdAt} />,
    sortBy: ({ createdAt }) => createdAt,
  },
  { id: 'updatedBy', title: 'Last updated by', width: 140, cell: ({ updatedBy }) => updatedBy, sortBy: ({ updatedBy }) => updatedBy },
  {
    id: 'updated',
    title: 'Last updated',
    width: 200,
    cell: ({ updatedAt }) => <Instant at={updatedAt} />,
    sortBy: ({ updatedAt }) => updatedAt,
  },
];

export const COLUMNS_AT_FIRST: readonly string[] = ['size', 'breakdown', 'evaluation', 'lifecycle', 'lastEvaluated'];

/** An audience in which nothing moved is as it was. */
function partsOf(
  { id, size }: Audience,
  movements: ReadonlyMap<string, AudienceMovement>,
): Pick<AudienceMovement, 'realized' | 'existing' | 'exited'> {
  return movements.get(id) ?? { realized: 0, existing: size ?? 0, exited: 0 };
}

function churnOf(id: string, movements: ReadonlyMap<string, AudienceMovement>): number | null {
  const movement = movements.get(id);
  return movement === undefined ? 0 : movement.churn;
}
