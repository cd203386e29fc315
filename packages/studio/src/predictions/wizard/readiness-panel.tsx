import { routes } from '@kindred/contract';
import { ProgressCircle } from '@react-spectrum/s2/ProgressCircle';
import { call } from '../../api/session.ts';
import { useResource } from '../../api/use-resource.ts';
import { formatCountOf } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Failure } from '../../ui/states.tsx';
import { Readiness } from '../readiness.tsx';
import type { PredictionDraft } from './draft.ts';
import type { Counted } from './use-readiness.ts';
import styles from './wizard.module.css';

/** Live counts of the draft: of the whole task as soon as there is a goal, of the population before. */
export function ReadinessPanel({ draft, counted }: { readonly draft: PredictionDraft; readonly counted: Counted }) {
  const { readiness, current, working, error } = counted;
  return (
    <Panel title="What the data says" aside={working && <ProgressCircle isIndeterminate size="S" aria-label="Counting" />}>
      {error !== undefined ? (
        <Failure error={error} title="This cannot be counted" />
      ) : readiness === undefined ? (
        <Population population={draft.population} />
      ) : (
        <div aria-busy={!current}>
          <Readiness readiness={readiness} conditions={draft.events} />
        </div>
      )}
    </Panel>
  );
}

const ACTIVE = 'xEvent[timestamp occurs <= 45 days before now].count() >= 1';

function Population({ population }: Pick<PredictionDraft, 'population'>) {
  const pql = population ?? ACTIVE;
  const size = useResource(`population ${pql}`, async (signal) =>
    pql.trim() === '' ? null : (await call(routes.estimatePql, { body: { pql }, signal })).size,
  );
  return (
    <>
      {size.data !== undefined && size.data !== null && (
        <p className={styles.people}>{formatCountOf(size.data, 'person', 'people')} eligible now</p>
      )}
      <p className={styles.note}>
        Choose the goal, and it is counted on the past: who was eligible, who of them reached it, and whether the history is long enough.
      </p>
    </>
  );
}
