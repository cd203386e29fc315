import type { Prediction } from '@kindred/contract';
import type { ReactNode } from 'react';
import { Ago } from '../ui/ago.tsx';
import { Instant } from '../ui/instant.tsx';
import styles from './about-prediction.module.css';
import { PredictionStatus } from './prediction-status.tsx';
import { FREQUENCIES, goalText, KINDS } from './words.ts';

export function AboutPrediction({ prediction }: { readonly prediction: Prediction }) {
  const { key, kind, status, population, exclusions, customEvents, excludedFields, schedule, buckets, scores } = prediction;
  return (
    <dl className={styles.facts}>
      <Fact title="Status">
        <PredictionStatus status={status} />
      </Fact>
      <Fact title="Type">{KINDS[kind].title}</Fact>
      <Fact title="Goal">{goalText(prediction)}</Fact>
      <Fact title="Population">{population === null ? 'Whoever had an event in the last 45 days' : <code>{population}</code>}</Fact>
      {customEvents.length > 0 && <Fact title="Custom events">{customEvents.map(({ name }) => name).join(', ')}</Fact>}
      {exclusions.length > 0 && (
        <Fact title="Exclusions">
          {exclusions.map((condition) => (
            <code key={condition}>{condition}</code>
          ))}
        </Fact>
      )}
      {excludedFields.length > 0 && <Fact title="Fields left out">{excludedFields.join(', ')}</Fact>}
      <Fact title="Buckets">
        High: the top {buckets.high} %, medium: the next {buckets.medium} %
      </Fact>
      <Fact title="Scored">
        {FREQUENCIES[schedule.score]}
        {scores?.nextRun && (
          <span>
            , next <Instant at={scores.nextRun} />
          </span>
        )}
        {schedule.refresh && <span>; who has new events, within a minute</span>}
      </Fact>
      <Fact title="New model">{FREQUENCIES[schedule.train]}</Fact>
      <Fact title="In rules">
        <code>customerAI.{key}.score</code>
      </Fact>
      <Fact title="Created">
        <Ago at={prediction.createdAt} /> by {prediction.createdBy}
      </Fact>
      <Fact title="Changed">
        <Ago at={prediction.updatedAt} />
      </Fact>
    </dl>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  );
}
