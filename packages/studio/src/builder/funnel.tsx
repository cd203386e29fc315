import type { Sequence, Step } from '@kindred/pql';
import { useState } from 'react';
import { Chart } from '../ui/chart.tsx';
import { formatCount, formatCountOf, formatShare } from '../ui/format.ts';
import { useMoment } from './builder-context.ts';
import card from './card.module.css';
import styles from './funnel.module.css';
import { stepName } from './parts.ts';

/** How far people come in a sequence: of those at one step, how many reach the next. */
export function Funnel({ sequence }: { readonly sequence: Sequence }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.funnel}>
      <button type="button" className={card.link} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide the funnel' : 'Funnel'}
      </button>
      {open && <Steps sequence={sequence} />}
    </div>
  );
}

interface Stage {
  readonly step: Step;
  readonly title: string;
  /** Null where nobody stops: a step that must not happen. */
  readonly people: number | null;
  /** Who came to the step before and not here. */
  readonly lost: number | null;
}

function Steps({ sequence }: { readonly sequence: Sequence }) {
  const reached = useMoment(({ live }) => live.funnel);
  const stages = stagesOf(sequence.steps, reached);
  const first = stages.find(({ people }) => people !== null)?.people ?? null;
  if (first === null) return <p className={styles.none}>The funnel shows as soon as the rule is counted.</p>;
  const rows = stages.map(({ title, people, lost }, index) => [
    `${index + 1}. ${title}`,
    people,
    people === null ? null : formatShare(people, first),
    lost,
  ]);
  return (
    <Chart name="Funnel" summary={summaryOf(stages)} data={{ columns: ['Step', 'People', 'Of the first step', 'Lost before it'], rows }}>
      <ol className={styles.bars}>
        {stages.map(({ step, title, people, lost }) => (
          <li key={step.id}>
            <span className={styles.title}>{title}</span>
            {people === null ? (
              <span className={styles.none}>nobody goes on who does this</span>
            ) : (
              <>
                <span className={styles.track}>
                  <span style={{ width: `${first === 0 ? 0 : (people / first) * 100}%` }} />
                </span>
                <span className={styles.numbers} data-people={people}>
                  <strong>{formatCount(people)}</strong> {formatShare(people, first)}
                  {lost !== null && lost > 0 && <span className={styles.lost}> −{formatCount(lost)}</span>}
                </span>
              </>
            )}
          </li>
        ))}
      </ol>
    </Chart>
  );
}

function stagesOf(steps: readonly Step[], reached: ReadonlyMap<string, number>): readonly Stage[] {
  let before: number | null = null;
  return steps.map((step) => {
    const people = step.negated ? null : (reached.get(step.id) ?? null);
    const lost = people === null || before === null ? null : before - people;
    before = people ?? before;
    return { step, title: `${step.negated ? 'Not: ' : ''}${stepName(step)}`, people, lost };
  });
}

function summaryOf(stages: readonly Stage[]): string {
  const parts = stages.flatMap(({ title, people }) => (people === null ? [] : [`${title}: ${formatCountOf(people, 'person', 'people')}`]));
  return `How far people come. ${parts.join('; ')}`;
}
