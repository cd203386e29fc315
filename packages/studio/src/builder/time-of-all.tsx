import { nodesOfTree } from '@kindred/pql';
import type { Container, TimeRule } from '@kindred/pql';
import { useBuilder } from './builder-context.ts';
import styles from './canvas.module.css';
import card from './card.module.css';
import { TimeEditor } from './time-editor.tsx';
import { inLast } from './time-kinds.ts';

/** One time rule for all events of the rule; each card can have another one afterwards. */
export function TimeOfAll({ root }: { readonly root: Container }) {
  const { run } = useBuilder();
  const times = timesOf(root);
  if (times.length < 2) return null;
  const [first] = times;
  const shared = first && times.every((time) => JSON.stringify(time) === JSON.stringify(first)) ? first : null;
  return (
    <div className={styles.all}>
      {shared === null ? (
        <button type="button" className={card.link} onClick={() => run({ type: 'timeAll', time: inLast(30, 'day') })}>
          Apply one time rule to all events
        </button>
      ) : (
        <>
          <span>All events</span>
          <TimeEditor label="Time rule of all events" time={shared} onChange={(time) => run({ type: 'timeAll', time }, 'timeAll')} />
          <button
            type="button"
            className={card.close}
            aria-label="Remove the time rule of all events"
            onClick={() => run({ type: 'timeAll', time: null })}
          >
            ×
          </button>
        </>
      )}
    </div>
  );
}

function timesOf(root: Container): readonly (TimeRule | null)[] {
  return [...nodesOfTree(root)].flatMap((node) => (node.kind === 'event' || node.kind === 'step' ? [node.time] : []));
}
