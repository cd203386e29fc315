import { routes } from '@kindred/contract';
import type { NearMisses as Found } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { asSentence, formatCount, formatCountOf } from '../ui/format.ts';
import { Failure } from '../ui/states.tsx';
import styles from './near-misses.module.css';
import { People } from './people.tsx';
import own from './properties.module.css';

export interface NearMissesProps {
  readonly pql: string;
  /** Null: the default policy. */
  readonly mergePolicyId: string | null;
  /** Of the data: another one is counted anew. */
  readonly revision: number | undefined;
}

/** Who would be in, were one condition otherwise for them: where a rule is too narrow. */
export function NearMisses(question: NearMissesProps) {
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <section aria-label="Near misses" className={own.part}>
      <h2>Near misses</h2>
      {asked === question.pql ? (
        <Answer {...question} />
      ) : (
        <Button variant="secondary" size="S" onPress={() => setAsked(question.pql)}>
          Who misses one condition
        </Button>
      )}
    </section>
  );
}

function Answer({ pql, mergePolicyId, revision }: NearMissesProps) {
  const found = useResource(
    `near misses/${mergePolicyId}/${pql}`,
    (signal) => call(routes.nearMisses, { body: { pql, ...(mergePolicyId !== null && { mergePolicyId }) }, signal }),
    { refreshOn: revision },
  );
  if (found.error) return <Failure error={found.error} retry={found.reload} title="Near misses could not be counted" />;
  if (!found.data) return <p className={own.faint}>Counting…</p>;
  const { missing, conditions } = found.data;
  if (missing === 0) return <p className={own.faint}>Nobody outside is only one condition away.</p>;
  const some = conditions.filter(({ people }) => people > 0).toSorted((a, b) => b.people - a.people);
  return (
    <>
      <p className={own.faint}>{formatCountOf(missing, 'person is', 'people are')} one condition away.</p>
      <ul className={styles.list}>
        {some.map((condition) => (
          <li key={condition.path}>
            <Condition condition={condition} pql={pql} mergePolicyId={mergePolicyId} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface ConditionProps extends Omit<NearMissesProps, 'revision'> {
  readonly condition: Found['conditions'][number];
}

function Condition({ condition: { holds, label, people, sample }, pql, mergePolicyId }: ConditionProps) {
  return (
    <details className={styles.condition}>
      <summary>
        <strong className={styles.number}>{formatCount(people)}</strong>
        <span>
          <span className={styles.kind}>{holds ? 'excluded only by' : 'only missing'}</span> {asSentence(label)}
        </span>
      </summary>
      <div className={styles.people}>
        <People members={sample} pql={pql} mergePolicyId={mergePolicyId} />
      </div>
    </details>
  );
}
