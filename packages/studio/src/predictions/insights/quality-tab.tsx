import { Stack } from '../../ui/columns.tsx';
import { Panel } from '../../ui/panel.tsx';
import { usePrediction } from '../prediction-page.tsx';
import { Calibration } from './calibration.tsx';
import { BucketRates, Lift, PrecisionRecall, Roc } from './curves.tsx';
import { Gains } from './gains.tsx';
import styles from './insights.module.css';
import { Loaded } from './loaded.tsx';
import { Baselines, Measures } from './measures.tsx';
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
          <Panel title="Lift per tenth of the people">
            <Lift model={model} />
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
          </div>
        </Stack>
      )}
    </Loaded>
  );
}
