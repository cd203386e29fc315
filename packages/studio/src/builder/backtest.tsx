import { routes } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { useEffect, useState } from 'react';
import { call } from '../api/session.ts';
import { toError } from '../api/use-resource.ts';
import { SizeChart } from '../ui/size-chart.tsx';
import type { Point } from '../ui/size-chart.tsx';
import styles from './properties.module.css';

const MONTHS = 12;

export interface Question {
  readonly pql: string;
  /** The instant that the past year ends with. */
  readonly now: string;
  /** Null: the default policy. */
  readonly mergePolicyId: string | null;
}

/** How many the rule would have had a month ago, two months ago, and so on: the data as it was then. */
export function Backtest(question: Question) {
  const [asked, setAsked] = useState<Question | null>(null);
  const { points, error, done } = useSizesOverTime(asked);
  const current = asked?.pql === question.pql && asked.mergePolicyId === question.mergePolicyId;
  return (
    <section aria-label="Over the past year" className={styles.part}>
      <h2>Over the past year</h2>
      {asked !== null && current && points.length > 0 && <SizeChart points={points} />}
      {error !== null && current && <p className={styles.faint}>This could not be counted: {error.message}</p>}
      {!current && (
        <Button variant="secondary" size="S" onPress={() => setAsked(question)}>
          Size over the past year
        </Button>
      )}
      {current && !done && error === null && <p className={styles.faint}>Counting…</p>}
    </section>
  );
}

interface Sizes {
  readonly points: readonly Point[];
  readonly error: Error | null;
  readonly done: boolean;
}

const NONE: Sizes = { points: [], error: null, done: false };

/** One month after the other, the newest first, so that something is seen at once. */
function useSizesOverTime(asked: Question | null): Sizes {
  const [sizes, setSizes] = useState<Sizes>(NONE);
  useEffect(() => {
    if (asked === null) return undefined;
    const controller = new AbortController();
    void count(asked, controller.signal, (news) => {
      if (!controller.signal.aborted) setSizes(news);
    });
    return () => controller.abort();
  }, [asked]);
  return sizes;
}

async function count({ pql, now, mergePolicyId }: Question, signal: AbortSignal, tell: (sizes: Sizes) => void): Promise<void> {
  let points: readonly Point[] = [];
  tell(NONE);
  try {
    for (let month = 0; month <= MONTHS; month += 1) {
      const at = monthsBefore(now, month);
      const body = { pql, asOf: at, ...(mergePolicyId !== null && { mergePolicyId }) };
      const { size } = await call(routes.estimatePql, { body, signal });
      points = [{ at, value: size }, ...points];
      tell({ points, error: null, done: month === MONTHS });
    }
  } catch (error) {
    tell({ points, error: toError(error), done: true });
  }
}

/** The same time of day; the last day of a month that is shorter. */
function monthsBefore(instant: string, months: number): string {
  const date = new Date(instant);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, days));
  return date.toISOString();
}
