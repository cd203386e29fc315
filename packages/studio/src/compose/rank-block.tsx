import type { CompositionBody } from '@kindred/contract';
import { Choice, NumberBox, TextBox } from '../ui/fields.tsx';
import { formatCount, formatCountOf } from '../ui/format.ts';
import { Block, Count } from './block.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';
import { useAttributes } from './use-attributes.ts';

type Rank = NonNullable<CompositionBody['rank']>;

const ORDERS = [
  ['descending', 'highest first'],
  ['ascending', 'lowest first'],
] as const;
const KEPT = [
  ['all', 'keep all'],
  ['first', 'keep the first'],
] as const;
const FIRST_LIMIT = 1000;

/** Who is first by a number, and how many are kept. */
export function RankBlock({ rank }: { readonly rank: Rank }) {
  const { body, change, counts, problems } = useCanvas();
  const numbers = useAttributes('number');
  const put = (news: Partial<Rank>, run?: string) => change({ ...body, rank: { ...rank, ...news } }, run);
  return (
    <Block
      title="Rank"
      kind="rank"
      count={<Count value={counts?.rank?.size} word="are kept" />}
      problems={problems.filter(({ block }) => block === 'rank')}
      onRemove={() => change({ ...body, rank: null })}
    >
      <div className={styles.line}>
        <span>by</span>
        <span className={styles.wide}>
          <TextBox
            label="Number to rank by"
            placeholder="loyalty.points"
            value={rank.by}
            suggestions={numbers}
            onChange={(by) => put({ by }, 'rank by')}
          />
        </span>
        <Choice label="Order" value={rank.order} options={ORDERS} onChange={(order) => put({ order })} />
        <Choice
          label="How many"
          value={rank.limit === null ? 'all' : 'first'}
          options={KEPT}
          onChange={(kept) => put({ limit: kept === 'all' ? null : FIRST_LIMIT })}
        />
        {rank.limit !== null && (
          <NumberBox label="People kept" value={rank.limit} min={1} whole onChange={(limit) => put({ limit }, 'rank limit')} />
        )}
      </div>
      {counts?.rank && (
        <p className={styles.faint}>
          {counts.rank.last === null ? 'Nobody has that number.' : `The last one kept has ${formatCount(counts.rank.last)}.`}{' '}
          {counts.rank.unknown > 0 && `${formatCountOf(counts.rank.unknown, 'person has', 'people have')} none and come last. `}
          Of equal ones, who was known first is first.
        </p>
      )}
    </Block>
  );
}
