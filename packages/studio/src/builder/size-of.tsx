import type { NodeId } from '@kindred/pql';
import { formatCount } from '../ui/format.ts';
import { useMoment } from './builder-context.ts';
import styles from './card.module.css';

/** How many people a node has by itself, and how many it takes from its container. */
export function SizeOf({ id }: { readonly id: NodeId }) {
  const found = useMoment(({ live }) => live.sizes.get(id));
  const current = useMoment(({ live }) => live.current);
  if (found === undefined) return <span className={styles.size} />;
  return (
    <span className={[styles.size, !current && styles.stale].filter(Boolean).join(' ')} data-size={found.size}>
      <span title="People for whom this holds by itself">{formatCount(found.size)}</span>
      {found.removes !== null && <small title="More people would be in without it">−{formatCount(found.removes)}</small>}
    </span>
  );
}

/** How many people come as far as a step of a sequence. */
export function FunnelOf({ id }: { readonly id: NodeId }) {
  const reached = useMoment(({ live }) => live.funnel.get(id));
  const current = useMoment(({ live }) => live.current);
  if (reached === undefined) return <span className={styles.size} />;
  return (
    <span className={[styles.size, !current && styles.stale].filter(Boolean).join(' ')} data-size={reached}>
      <span title="People who come as far as this step">{formatCount(reached)}</span>
      <small>get here</small>
    </span>
  );
}
