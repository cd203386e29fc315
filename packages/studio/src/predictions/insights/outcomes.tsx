import type { CheckedPredictionScoring, Prediction } from '@kindred/contract';
import { StatusLight } from '@react-spectrum/s2/StatusLight';
import { shareAxis } from '../../ui/charts/axes.ts';
import { LineChart } from '../../ui/charts/line-chart.tsx';
import { formatCount, formatCountOf, formatDate, formatShare } from '../../ui/format.ts';
import table from '../../ui/table.module.css';
import { formatMeasure } from '../metrics.ts';
import { outcomeWords } from '../outcome-words.ts';
import styles from './insights.module.css';

type Outcome = NonNullable<CheckedPredictionScoring['outcome']>;

/** What scorings said, and what people did when the window was over. */
export function Outcomes({
  prediction,
  scorings,
}: {
  readonly prediction: Prediction;
  readonly scorings: readonly CheckedPredictionScoring[];
}) {
  const judged = scorings.flatMap(({ outcome, ...scoring }) => (outcome === null ? [] : [{ ...scoring, outcome }]));
  const next = scorings.findLast(({ status }) => status === 'waiting');
  const days = formatCountOf(prediction.goal.windowDays, 'day');
  return (
    <>
      <p className={styles.note}>
        Of each scoring, once a day at most, up to 20,000 people are looked at again when its {days} are over, and a day for events that
        come late.{' '}
        {next === undefined
          ? scorings.length === 0 && 'The next scoring will be the first of them.'
          : `What was said on ${formatDate(next.scoredAt)} can be compared from ${formatDate(next.dueAt)} on.`}
      </p>
      {judged.length > 1 && <Rates scorings={judged.toReversed()} />}
      {judged[0] !== undefined && <Said outcome={judged[0].outcome} at={judged[0].scoredAt} />}
      {scorings.length > 0 && <Scorings scorings={scorings} />}
    </>
  );
}

/** Scoring after scoring, what was said and what came. */
function Rates({ scorings }: { readonly scorings: readonly { readonly scoredAt: string; readonly outcome: Outcome }[] }) {
  const points = (of: (outcome: Outcome) => number) =>
    scorings.map(({ scoredAt, outcome }) => ({ x: Date.parse(scoredAt), y: of(outcome) }));
  const times = scorings.map(({ scoredAt }) => Date.parse(scoredAt));
  const most = Math.max(...scorings.flatMap(({ outcome: { predictedRate, high } }) => [predictedRate, high]));
  const last = scorings.at(-1)?.outcome;
  const side = (Math.max(...times) - Math.min(...times)) * 0.04;
  return (
    <LineChart
      name="Said and came"
      summary={`${scorings.length} scorings. Of the last one ${formatShare(last?.predictedRate ?? 0, 1)} was said, ${formatShare(last?.actualRate ?? 0, 1)} came`}
      x={{
        title: 'Scored',
        domain: [Math.min(...times) - side, Math.max(...times) + side],
        ticks: [times[0] ?? 0, times.at(-1) ?? 0],
        format: (time) => formatDate(new Date(time).toISOString()),
      }}
      y={shareAxis('Of the people', [0, Math.min(1, most * 1.1)])}
      series={[
        { title: 'Said', shade: 'second', dots: true, points: points(({ predictedRate }) => predictedRate) },
        { title: 'Came', shade: 'first', dots: true, points: points(({ actualRate }) => actualRate) },
        { title: 'At most, at 95 %', shade: 'faint', dashed: true, points: points(({ high }) => high) },
        { title: 'At least, at 95 %', shade: 'faint', dashed: true, points: points(({ low }) => low) },
      ]}
      cell={(time) => formatDate(new Date(time).toISOString())}
      height={240}
    />
  );
}

/** Of one scoring, bucket by bucket. */
function Said({ outcome, at }: { readonly outcome: Outcome; readonly at: string }) {
  const title = `Scored on ${formatDate(at)}, bucket by bucket`;
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={title}>
      <table className={table.table}>
        <caption className={styles.caption}>{title}</caption>
        <thead>
          <tr>
            <th scope="col">Bucket</th>
            <NumberHeads titles={['People', 'Said', 'Came', 'At 95 %']} />
          </tr>
        </thead>
        <tbody>
          {outcome.buckets.map(({ bucket, people, predictedRate, actualRate, low, high }) => (
            <tr key={bucket}>
              <th scope="row">{bucket}</th>
              <td className={table.number}>{formatCount(people)}</td>
              <td className={table.number}>{formatShare(predictedRate, 1)}</td>
              <td className={table.number}>{formatShare(actualRate, 1)}</td>
              <td className={table.number}>{`${formatShare(low, 1)} to ${formatShare(high, 1)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NumberHeads({ titles }: { readonly titles: readonly string[] }) {
  return titles.map((title) => (
    <th key={title} scope="col" className={table.number}>
      {title}
    </th>
  ));
}

function Scorings({ scorings }: { readonly scorings: readonly CheckedPredictionScoring[] }) {
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label="Scorings">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Scored</th>
            <NumberHeads titles={['Model', 'People', 'Said', 'Came', 'AUC']} />
            <th scope="col">What came of it</th>
          </tr>
        </thead>
        <tbody>
          {scorings.map((scoring) => (
            <Scoring key={scoring.run} scoring={scoring} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Scoring({ scoring }: { readonly scoring: CheckedPredictionScoring }) {
  const { scoredAt, modelVersion, outcome } = scoring;
  const { text, variant } = outcomeWords(scoring);
  return (
    <tr>
      <th scope="row">{formatDate(scoredAt)}</th>
      <td className={table.number}>{modelVersion}</td>
      <td className={table.number}>{outcome === null ? '–' : formatCount(outcome.people)}</td>
      <td className={table.number}>{outcome === null ? '–' : formatShare(outcome.predictedRate, 1)}</td>
      <td className={table.number}>{outcome === null ? '–' : formatShare(outcome.actualRate, 1)}</td>
      <td className={table.number}>{outcome?.auc ? formatMeasure(outcome.auc.value) : '–'}</td>
      <td>
        <StatusLight size="S" variant={variant}>
          {text}
        </StatusLight>
      </td>
    </tr>
  );
}
