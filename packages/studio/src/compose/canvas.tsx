/** The flow: blocks one below the other, and between them what may be added there. */
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { AudienceBlock } from './audience-block.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';
import { newKey, withSplit } from './edits.ts';
import { EnrichBlock } from './enrich-block.tsx';
import { ExcludeBlock } from './exclude-block.tsx';
import { PathCards } from './path-cards.tsx';
import { RankBlock } from './rank-block.tsx';
import { SplitBlock } from './split-block.tsx';

export function Canvas() {
  const { body, change } = useCanvas();
  const { exclude, enrich, rank, split } = body;
  return (
    <div className={styles.canvas}>
      <AudienceBlock />
      <Between>
        {exclude.length === 0 && <Add what="Exclude" onAdd={() => change({ ...body, exclude: [{ kind: 'audience', id: '' }] })} />}
      </Between>
      {exclude.length > 0 && (
        <Fragment>
          <ExcludeBlock />
          {enrich !== undefined && <Between />}
        </Fragment>
      )}
      {enrich !== undefined && <EnrichBlock enrich={enrich} />}
      <Between>
        {enrich === undefined && <Add what="Enrich" onAdd={() => change({ ...body, enrich: { entity: '', by: '', fields: [] } })} />}
        {rank === null && split === null && (
          <Fragment>
            <Add what="Rank" onAdd={() => change({ ...body, rank: { by: '', order: 'descending', limit: 1000 } })} />
            <Add what="Split" onAdd={() => change(withSplit(body, { by: 'percentage' }, newKey()))} />
          </Fragment>
        )}
      </Between>
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
