import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { VersionList } from '../audience/version-list.tsx';
import styles from './properties.module.css';

export interface HistoryProps {
  /** Of the audience. */
  readonly id: string;
  readonly version: number;
  /** Puts a rule on the canvas. */
  readonly onRule: (pql: string) => void;
}

/** Earlier versions of the rule; one that is brought back is an edit like any other, until it is saved. */
export function History({ id, version, onRule }: HistoryProps) {
  return (
    <section aria-label="History" className={styles.part}>
      <details className={styles.history}>
        <summary>History: version {version}</summary>
        <VersionList
          id={id}
          current={version}
          action={(earlier) => (
            <ActionButton
              size="S"
              aria-label={`Bring back version ${earlier.version}`}
              onPress={() => {
                onRule(earlier.pql);
                ToastQueue.info(`Version ${earlier.version} is on the canvas. Save to bring it back; Undo leads back.`, { timeout: 8000 });
              }}
            >
              Bring back
            </ActionButton>
          )}
        />
      </details>
    </section>
  );
}
