import type { Prediction, PredictionModel } from '@kindred/contract';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { NumberField } from '@react-spectrum/s2/NumberField';
import { Slider } from '@react-spectrum/s2/Slider';
import { useState } from 'react';
import { formatCount, formatShare } from '../../ui/format.ts';
import { shareAxis } from '../../ui/charts/axes.ts';
import { LineChart } from '../../ui/charts/line-chart.tsx';
import type { Point } from '../../ui/charts/line-chart.tsx';
import { topHref } from '../rules.ts';
import { ORIGIN } from './curves.tsx';
import styles from './insights.module.css';

export interface GainsProps {
  readonly prediction: Prediction;
  readonly model: PredictionModel;
}

/** How many of those with the outcome are among the people with the highest scores, what that is worth, and an audience of them. */
export function Gains({ prediction, model }: GainsProps) {
  const [percent, setPercent] = useState(20);
  const [value, setValue] = useState(Number.NaN);
  const [cost, setCost] = useState(0);
  const share = percent / 100;
  const captured = at(model.curve, share);
  const money = Number.isNaN(value) ? null : { value, cost, people: prediction.scores?.profiles ?? 0 };
  return (
    <>
      <p className={styles.note}>
        Take the people with the highest scores: so many of those with the outcome are among them. Give the worth of an outcome, and the
        curve of what it brings shows where to stop. It does not claim that contacting them makes it happen.
      </p>
      <LineChart
        name="Gains"
        summary={`The top ${percent} % of the people have ${formatShare(captured, 1)} of those with the outcome`}
        x={shareAxis('People, highest scores first')}
        y={shareAxis('Of those with the outcome')}
        series={[
          { title: 'Model', shade: 'first', points: [ORIGIN, ...model.curve.map((point) => ({ x: point.share, y: point.recall }))] },
          { title: 'Chance', shade: 'faint', dashed: true, points: [0, 1].map((each) => ({ x: each, y: each })) },
        ]}
        chosen={{ x: share, y: captured }}
        height={280}
      />
      <div className={`${styles.row} ${styles.chosen}`}>
        <Slider
          label="Top % of the people"
          minValue={1}
          maxValue={100}
          value={percent}
          onChange={setPercent}
          UNSAFE_style={{ width: 'min(100%, 320px)' }}
        />
        <p>
          have <strong data-captured={captured}>{formatShare(captured, 1)}</strong> of the outcomes,{' '}
          <strong>{(captured / share).toFixed(1)}</strong> times as many as by chance.
        </p>
        <LinkButton variant="accent" href={topHref(prediction, share)}>
          {`Create audience of the top ${percent} %`}
        </LinkButton>
      </div>
      <div className={styles.row}>
        <NumberField label="Worth of an outcome" minValue={0} value={value} onChange={setValue} />
        <NumberField label="Cost per person" minValue={0} value={cost} onChange={(next) => setCost(Number.isNaN(next) ? 0 : next)} />
      </div>
      {money !== null && money.people > 0 && <Money model={model} money={money} share={share} onBest={setPercent} />}
    </>
  );
}

interface MoneyProps {
  readonly model: PredictionModel;
  readonly money: { readonly value: number; readonly cost: number; readonly people: number };
  readonly share: number;
  readonly onBest: (percent: number) => void;
}

/** Outcomes at their worth less the cost of the people taken, if the people scored now are like those of the past. */
function Money({ model: { curve, metrics }, money: { value, cost, people }, share, onBest }: MoneyProps) {
  const worth = (part: number, recall: number): number => people * (recall * metrics.baseRate * value - part * cost);
  const points = [ORIGIN, ...curve.map((point): Point => ({ x: point.share, y: worth(point.share, point.recall) }))];
  const best = points.reduce((found, point) => (point.y > found.y ? point : found), ORIGIN);
  const [low, high] = [Math.min(0, ...points.map(({ y }) => y)), Math.max(1, ...points.map(({ y }) => y))];
  const percent = Math.max(1, Math.round(best.x * 100));
  return (
    <div className={styles.chosen}>
      <LineChart
        name="Worth of the top"
        summary={`What outcomes bring less what the people cost. The most, ${formatCount(Math.round(best.y))}, at the top ${percent} %`}
        x={shareAxis('People, highest scores first')}
        y={{ title: 'Worth', domain: [low, high], format: (amount) => formatCount(Math.round(amount)) }}
        series={[{ title: 'Worth', shade: 'third', points }]}
        chosen={{ x: share, y: worth(share, at(curve, share)) }}
      />
      <p>
        The most is <strong>{formatCount(Math.round(best.y))}</strong>, at the top {percent} %.{' '}
        <button type="button" className={styles.link} onClick={() => onBest(percent)}>
          Choose that
        </button>
      </p>
    </div>
  );
}

/** Recall at a share of the people, between the points of the curve on a straight line. */
function at(curve: PredictionModel['curve'], share: number): number {
  const after = curve.findIndex((point) => point.share >= share);
  const [next, before] = [curve[after], curve[after - 1] ?? { share: 0, recall: 0 }];
  if (next === undefined) return 1;
  if (next.share === before.share) return next.recall;
  return before.recall + ((share - before.share) / (next.share - before.share)) * (next.recall - before.recall);
}
