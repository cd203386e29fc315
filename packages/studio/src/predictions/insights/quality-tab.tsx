import type { PredictionModel } from '@kindred/contract';
import { Stack } from '../../ui/columns.tsx';
import { Panel } from '../../ui/panel.tsx';
import table from '../../ui/table.module.css';
import { formatMeasure, measured, MEASURES, RESULT_MEASURES } from '../metrics.ts';
import { usePrediction } from '../prediction-page.tsx';
import { Calibration } from './calibration.tsx';
import { BucketRates, Lift, PrecisionRecall, Roc } from './curves.tsx';
import { Gains } from './gains.tsx';
import styles from './insights.module.css';
import { Loaded } from './loaded.tsx';
import { useModel } from './use-insights.ts';

/** How good the model is, on days that it has not seen. */
export function QualityTab() {
  const { prediction } = usePrediction();
  const resource = useModel(prediction.id, prediction.model?.version ?? null);
  return (
    <Loaded resource={resource}>
      {(model) => (
        <Stack>
          <Panel title="Measures" aside="on the newest days whose outcome is known, by a model that knew only what was over before">
            <Measures model={model} />
          </Panel>
          <Panel title="Against simpler ways" flush>
            <Baselines model={model} />
          </Panel>
          <Panel title="Gains">
            <Gains prediction={prediction} model={model} />
          </Panel>
          <div className={styles.pair}>
            <Panel title="Calibration">
              <Calibration model={model} />
            </Panel>
            <Panel title="Actual rate per bucket">
              <BucketRates model={model} kind={prediction.kind} />
            </Panel>
            <Panel title="ROC curve">
              <Roc models={[{ title: 'Model', model }]} />
            </Panel>
            <Panel title="Precision and recall">
              <PrecisionRecall model={model} />
            </Panel>
            <Panel title="Lift per tenth of the people">
              <Lift model={model} />
            </Panel>
          </div>
        </Stack>
      )}
    </Loaded>
  );
}

function Measures({ model: { metrics } }: { readonly model: PredictionModel }) {
  return (
    <dl className={styles.tiles}>
      {MEASURES.map(({ id, title, meaning }) => {
        const { value, range } = measured(metrics[id]);
        return (
          <div key={id}>
            <dt>{title}</dt>
            <dd data-measure={id}>
              {value}
              {range !== null && <small>{range}</small>}
              <small>{meaning}</small>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** On the newest cut-off of the back-test. */
function Baselines({ model: { backTest } }: { readonly model: PredictionModel }) {
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label="The model against simpler ways">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Way</th>
            {RESULT_MEASURES.map(({ id, title }) => (
              <th key={id} scope="col" className={table.number}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(backTest[0]?.results ?? []).map((result) => (
            <tr key={result.name}>
              <th scope="row">{result.name}</th>
              {RESULT_MEASURES.map(({ id }) => {
                const value = result[id];
                return (
                  <td key={id} className={table.number}>
                    {value === null ? '–' : formatMeasure(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
