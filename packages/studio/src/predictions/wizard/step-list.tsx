import type { ReactNode } from 'react';
import type { Missing, StepId } from './draft.ts';
import styles from './wizard.module.css';

export const STEPS: readonly { readonly id: StepId; readonly title: string }[] = [
  { id: 'basics', title: 'Basics' },
  { id: 'population', title: 'Eligible population' },
  { id: 'goal', title: 'Goal' },
  { id: 'details', title: 'Events and fields' },
  { id: 'review', title: 'Schedule and review' },
];

export interface StepListProps {
  readonly step: StepId;
  readonly missing: readonly Missing[];
  readonly onGo: (step: StepId) => void;
}

export function StepList({ step, missing, onGo }: StepListProps) {
  return (
    <nav aria-label="Steps">
      <ol className={styles.steps}>
        {STEPS.map(({ id, title }, index) => (
          <li key={id}>
            <button type="button" className={styles.step} aria-current={id === step ? 'step' : undefined} onClick={() => onGo(id)}>
              <span className={styles.number}>{index + 1}</span>
              <span>
                {title}
                {missing.some((each) => each.step === id) && <span className={styles.lacks}>Something is missing</span>}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The frame of a step: what it is about, what is missing, its fields. */
export function Step({
  title,
  about,
  missing,
  children,
}: {
  readonly title: string;
  readonly about: ReactNode;
  readonly missing: readonly Missing[];
  readonly children: ReactNode;
}) {
  return (
    <section aria-labelledby="step-title" className={styles.body}>
      <h2 id="step-title" tabIndex={-1}>
        {title}
      </h2>
      <p className={styles.about}>{about}</p>
      {missing.length > 0 && (
        <ul role="alert" className={styles.missing}>
          {missing.map(({ text }) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {children}
    </section>
  );
}
