import type { Prediction } from '@kindred/contract';
import { StatusLight } from '@react-spectrum/s2/StatusLight';
import styles from './prediction-table.module.css';

const STATES = {
  fine: { title: 'Holds', variant: 'positive' },
  warn: { title: 'Watch it', variant: 'notice' },
  alert: { title: 'Train anew', variant: 'negative' },
} as const;

const FINDINGS = { warn: 'notice', alert: 'negative' } as const;

/** What speaks against the model in force; nothing where it holds. */
export function Findings({ health }: { readonly health: NonNullable<Prediction['health']> }) {
  if (health.findings.length === 0) return null;
  return (
    <ul aria-label="What speaks against the model" className={styles.findings}>
      {health.findings.map(({ about, state, message }) => (
        <li key={about}>
          <StatusLight variant={FINDINGS[state]}>{message}</StatusLight>
        </li>
      ))}
    </ul>
  );
}

/** Whether the model in force still holds, and what speaks against it. */
export function HealthState({ health }: { readonly health: NonNullable<Prediction['health']> }) {
  const { title, variant } = STATES[health.state];
  const [worst] = health.findings;
  return (
    <span title={health.findings.map(({ message }) => message).join(' ')}>
      <StatusLight size="S" variant={variant}>
        {title}
        {worst !== undefined && <span className="visually-hidden">: {worst.message}</span>}
      </StatusLight>
    </span>
  );
}
