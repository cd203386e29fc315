import { csvOf, download } from '../ui/csv.ts';
import { formatCount, formatLift, formatShare } from '../ui/format.ts';
import styles from './overlap.module.css';
import type { Overlap } from './upset-plot.tsx';

/** For each pair, how many are in both and how many times likelier that is than chance. */
export function LiftMatrix({ overlap: { audiences, intersections, lift } }: { readonly overlap: Overlap }) {
  return (
    <div>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Overlap of pairs">
        <table className={styles.matrix}>
          <thead>
            <tr>
              <td />
              {audiences.map(({ id, name }) => (
                <th key={id} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {audiences.map(({ id, name, size }, row) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                {audiences.map((other, column) => (
                  <Cell
                    key={other.id}
                    both={intersections[row]?.[column] ?? 0}
                    size={size}
                    lift={row === column ? null : (lift[row]?.[column] ?? null)}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.faint}>
        In both, as a share of the audience on the left, and the lift: how many times likelier its members are in the other one than
        anybody.
      </p>
      <button
        type="button"
        className={styles.download}
        onClick={() =>
          download(
            'lift.csv',
            csvOf(
              ['', ...audiences.map(({ name }) => name)],
              audiences.map(({ name }, row) => [name, ...(lift[row] ?? [])]),
            ),
          )
        }
      >
        Download<span className="visually-hidden"> the lift as CSV</span>
      </button>
    </div>
  );
}

function Cell({ both, size, lift }: { readonly both: number; readonly size: number; readonly lift: number | null }) {
  const strength = lift === null ? 0 : Math.min(1, Math.abs(Math.log2(Math.max(lift, 1 / 16))) / 4);
  const colour = lift !== null && lift < 1 ? 'var(--notice)' : 'var(--accent-fill)';
  return (
    <td style={{ background: `color-mix(in srgb, ${colour} ${Math.round(strength * 30)}%, transparent)` }}>
      <strong>{formatCount(both)}</strong> <span className={styles.share}>{formatShare(both, size)}</span>
      {lift !== null && <span className={styles.lift}>lift {formatLift(lift)}</span>}
    </td>
  );
}
