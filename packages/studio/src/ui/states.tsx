/** What a page shows instead of its contents: waiting, nothing there, or something went wrong. */
import { Button } from '@react-spectrum/s2/Button';
import { ApiError, ConnectionError } from '@kindred/contract';
import type { ReactNode } from 'react';
import { Ticked } from './ticked.tsx';
import styles from './states.module.css';

/** Grey bars of the height of what is coming, so that nothing jumps when it arrives. */
export function Skeleton({
  lines = 3,
  height = 20,
  label = 'Loading',
}: {
  readonly lines?: number;
  readonly height?: number;
  readonly label?: string;
}) {
  return (
    <div role="status" aria-label={label} className={styles.skeleton}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} aria-hidden="true" style={{ height, width: `${100 - ((line * 17) % 34)}%` }} />
      ))}
    </div>
  );
}

export function Empty({ title, children, action }: { readonly title: string; readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{title}</p>
      <div className={styles.emptyText}>{children}</div>
      {action !== undefined && <div className={styles.emptyAction}>{action}</div>}
    </div>
  );
}

/** What a person can do about an error, when the server did not say. */
export function hintOf(error: Error): string | undefined {
  if (error instanceof ConnectionError) return 'Is the server still running? Start it with ./kindred serve, then try again.';
  if (!(error instanceof ApiError)) return undefined;
  if (error.hint !== undefined) return error.hint;
  if (error.status === 401) return 'Give an API key: ./kindred key create prints one.';
  if (error.status === 404) return 'It may have been deleted meanwhile. Go back to the list.';
  return error.status >= 500 ? `Try again; if it stays, look for request ${error.requestId ?? ''} in the server log.` : undefined;
}

/** An error in place: what happened, what to do, and another try. */
export function Failure({
  error,
  retry,
  retryLabel = 'Try again',
  title = 'This could not be loaded',
}: {
  readonly error: Error;
  readonly retry?: () => void;
  readonly retryLabel?: string;
  readonly title?: string;
}) {
  const hint = hintOf(error);
  return (
    <div role="alert" className={styles.failure}>
      <div>
        <p className={styles.title}>{title}</p>
        <p>
          <Ticked text={error instanceof ConnectionError ? 'The server does not answer.' : error.message} />
        </p>
        {hint !== undefined && (
          <p className={styles.hint}>
            <Ticked text={hint} />
          </p>
        )}
      </div>
      {retry && (
        <Button variant="secondary" onPress={retry}>
          {retryLabel}
        </Button>
      )}
    </div>
  );
}
