import type { PredictionModel } from '@kindred/contract';
import { Picker, PickerItem } from '@react-spectrum/s2/Picker';
import { useState } from 'react';
import { Stack } from '../../ui/columns.tsx';
import { formatDate } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import type { Shade } from '../../ui/charts/legend.tsx';
import { LineChart } from '../../ui/charts/line-chart.tsx';
import { formatMeasure, RESULT_MEASURES } from '../metrics.ts';
import { usePrediction } from '../prediction-page.tsx';
import { Drift } from './drift.tsx';
import styles from './insights.module.css';
import { Loaded } from './loaded.tsx';
import { Outcomes } from './outcomes.tsx';
import { useModel, useOutcomes, useScores } from './use-insights.ts';

/** Whether it held on past days, whether what it said came, and whether the data has moved since. */
export function TimeTab() {
  const { prediction } = usePrediction();
  const model = useModel(prediction.id, prediction.model?.version ?? null);
  const scores = useScores(prediction);
  const outcomes = useOutcomes(prediction);
  return (
    <Stack>
      <Panel title="Back-test">
        <Loaded resource={model}>{(found) => <BackTest model={found} />}</Loaded>
      </Panel>
      <Panel title="What came of it">
        <Loaded resource={outcomes}>{(scorings) => <Outcomes prediction={prediction} scorings={scorings} />}</Loaded>
      </Panel>
      <Panel title="Drift">
        <Loaded resource={scores}>{(found) => <Drift scores={found} />}</Loaded>
      </Panel>
    </Stack>
  );
}

type MeasureId = (typeof RESULT_MEASURES)[number]['id'];

const MODEL_NAMES: Readonly<Record<PredictionModel['algorithm'], string>> = { boosted: 'Boosted trees', logistic: 'Logistic regression' };
const OTHER_SHADES: readonly Shade[] = ['second', 'third', 'fourth'];

/** As if it had been trained and tried on several days of the past, beside simpler ways. */
function BackTest({ model: { algorithm, backTest } }: { readonly model: PredictionModel }) {
  const [measure, setMeasure] = useState<MeasureId>('auc');
  if (backTest.length === 0) return <p className={styles.note}>The history is too short for a back-test.</p>;
  const title = RESULT_MEASURES.find(({ id }) => id === measure)?.title ?? '';
  const names = [...new Set(backTest.flatMap(({ results }) => results.map(({ name }) => name)))];
  const others = names.filter((name) => name !== MODEL_NAMES[algorithm]);
  const series = names
    .map((name) => ({
      title: name,
      shade: name === MODEL_NAMES[algorithm] ? ('first' as const) : (OTHER_SHADES[others.indexOf(name)] ?? 'faint'),
      dots: true,
      points: backTest.flatMap(({ cutOff, results }) => {
        const value = results.find((result) => result.name === name)?.[measure] ?? null;
        return value === null ? [] : [{ x: Date.parse(cutOff), y: value }];
      }),
    }))
    .filter(({ points }) => points.length > 0);
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  const times = backTest.map(({ cutOff }) => Date.parse(cutOff));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const side = (Math.max(...times) - Math.min(...times)) * 0.06;
  const spare = (high - low) * 0.15 || 0.05;
  const last = backTest[0];
  return (
    <>
      <p className={styles.note}>
        As if it had been trained on what was known at each of these days, and tried on the days after: the model beside simpler ways.
      </p>
      <Picker
        label="Measure"
        selectedKey={measure}
        onSelectionChange={(key) => setMeasure(key as MeasureId)}
        UNSAFE_style={{ width: 240, maxWidth: '100%', marginBottom: 12 }}
      >
        {RESULT_MEASURES.map(({ id, title: name }) => (
          <PickerItem key={id} id={id}>
            {name}
          </PickerItem>
        ))}
      </Picker>
      <LineChart
        name="Back-test"
        summary={`${title} on ${backTest.length} past days. At the newest one ${(last?.results ?? []).map((result) => `${result.name} ${formatMeasure(result[measure] ?? 0)}`).join(', ')}`}
        x={{
          title: 'Cut-off',
          domain: [Math.min(...times) - side, Math.max(...times) + side],
          ticks: times,
          format: (time) => formatDate(new Date(time).toISOString()),
        }}
        y={{ title, domain: [Math.max(0, low - spare), high + spare], format: formatMeasure }}
        series={series}
        cell={(time) => formatDate(new Date(time).toISOString())}
        height={280}
      />
    </>
  );
}
