/** The flow: blocks one below the other, and between them what may be added there. */
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { AudienceBlock } from './audience-block.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';
import { newKey, withSplit } from './edits.ts';
import { ExcludeBlock } from './exclude-block.tsx';
import { PathCards } from './path-cards.tsx';
import { RankBlock } from './rank-block.tsx';
import { SplitBlock } from './split-block.tsx';

export function Canvas() {
  const { body, change } = useCanvas();
  const { exclude, rank, split } = body;
  return (
    <div className={styles.canvas}>
      <AudienceBlock />
      <Between>
        {exclude.length === 0 && <Add what="Exclude" onAdd={() => change({ ...body, exclude: [{ kind: 'audience', id: '' }] })} />}
      </Between>
      {exclude.length > 0 && (
        <Fragment>
          <ExcludeBlock />
          <Between />
        </Fragment>
      )}
      {rank === null && split === null && (
        <Between>
          <Add what="Rank" onAdd={() => change({ ...body, rank: { by: '', order: 'descending', limit: 1000 } })} />
          <Add what="Split" onAdd={() => change(withSplit(body, { by: 'percentage' }, newKey()))} />
        </Between>
      )}
      {rank !== null && <RankBlock rank={rank} />}
      {split !== null && <SplitBlock split={split} />}
      {(rank !== null || split !== null) && <Between />}
      <PathCards />
    </div>
  );
}

function Between({ children }: { readonly children?: ReactNode }) {
  return <div className={styles.between}>{children}</div>;
}

function Add({ what, onAdd }: { readonly what: string; readonly onAdd: () => void }) {
  return (
    <button type="button" className={styles.add} onClick={onAdd}>
      + {what}
    </button>
  );
}
