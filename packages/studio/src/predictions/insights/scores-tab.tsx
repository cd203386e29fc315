import type { Prediction, PredictionModel, PredictionScores } from '@kindred/contract';
import { Ago } from '../../ui/ago.tsx';
import { Stack } from '../../ui/columns.tsx';
import { formatCount, formatCountOf, formatShare } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { BUCKETS, bucketShade } from '../buckets.ts';
import { BarChart } from '../../ui/charts/bar-chart.tsx';
import type { Bar } from '../../ui/charts/bar-chart.tsx';
import { usePrediction } from '../prediction-page.tsx';
import { BucketPanel } from './bucket-panel.tsx';
import styles from './insights.module.css';
import { Loaded } from './loaded.tsx';
import { useModel, useScores } from './use-insights.ts';

/** The scores in force: how they lie, who is in which bucket and why. */
export function ScoresTab() {
  const { prediction } = usePrediction();
  const scores = useScores(prediction);
  const model = useModel(prediction.id, prediction.model?.version ?? null);
  return (
    <Loaded resource={scores}>
      {(found) => (
        <Stack>
          <Panel title="Scores now" aside={<Ago at={found.scoredAt} />}>
            <Totals scores={found} model={model.data} />
          </Panel>
          <Panel title="Distribution of scores" aside={formatCountOf(found.profiles, 'person', 'people')}>
            <Distribution scores={found} kind={prediction.kind} />
          </Panel>
          <div className={styles.buckets}>
            {BUCKETS.map((name) => {
              const bucket = found.buckets.find((each) => each.bucket === name);
              const past = model.data?.buckets.find((each) => each.bucket === name);
              return (
                bucket && (
                  <BucketPanel
                    key={name}
                    prediction={prediction}
                    bucket={bucket}
                    people={found.profiles}
                    actualRate={past?.actualRate ?? null}
                  />
                )
              );
            })}
          </div>
        </Stack>
      )}
    </Loaded>
  );
}

function Totals({ scores, model }: { readonly scores: PredictionScores; readonly model: PredictionModel | undefined }) {
  const expected = scores.buckets.reduce((sum, { profiles, meanProbability }) => sum + profiles * meanProbability, 0);
  return (
    <dl className={styles.tiles}>
      <div>
        <dt>People scored</dt>
        <dd data-scored={scores.profiles}>{formatCount(scores.profiles)}</dd>
      </div>
      <div>
        <dt>Expected to reach the goal</dt>
        <dd>
          {formatCount(Math.round(expected))}
          <small>
            {formatShare(expected, scores.profiles)} of them
            {model && `; ${formatShare(model.metrics.baseRate, 1)} did in the past`}
          </small>
        </dd>
      </div>
      <div>
        <dt>Model</dt>
        <dd>
          Version {scores.modelVersion}
          {model && (
            <small>
              AUC {model.metrics.auc.value.toFixed(3)}, trained <Ago at={model.trainedAt} />
            </small>
          )}
        </dd>
      </div>
    </dl>
  );
}

/** The bucket that most of a step's people are in: steps are wider than scores. */
function bucketAt(scores: PredictionScores, { from, to }: { readonly from: number; readonly to: number }) {
  const middle = (from + to) / 2;
  return BUCKETS.find((name) => scores.buckets.some((each) => each.bucket === name && each.profiles > 0 && each.from <= middle)) ?? 'Low';
}

function Distribution({ scores, kind }: { readonly scores: PredictionScores; readonly kind: Prediction['kind'] }) {
  const most = Math.max(1, ...scores.distribution.map(({ profiles }) => profiles));
  const bars = scores.distribution.map((step): Bar => ({
    from: step.from,
    to: step.to,
    value: step.profiles,
    shade: bucketShade(kind, bucketAt(scores, step)),
  }));
  // Where nobody is any more there is nothing to see.
  const end = Math.max(20, ...scores.distribution.filter(({ profiles }) => profiles > 0).map(({ to }) => to));
  const peak = scores.distribution.find(({ profiles }) => profiles === most);
  return (
    <BarChart
      name="Distribution of scores"
      summary={`How many people have which score, from 0 to 100. Most, ${formatCount(most)}, are from ${peak?.from ?? 0} to ${peak?.to ?? 0}.`}
      data={{
        columns: ['Score from', 'to', 'People', 'Bucket'],
        rows: scores.distribution.map((step) => [step.from, step.to, step.profiles, bucketAt(scores, step)]),
      }}
      x={{ title: 'Score', domain: [0, end], format: formatCount }}
      y={{ title: 'People', domain: [0, most], format: formatCount }}
      bars={bars.filter(({ to }) => to <= end)}
      legend={BUCKETS.map((bucket) => ({ title: bucket, shade: bucketShade(kind, bucket) }))}
    />
  );
}
