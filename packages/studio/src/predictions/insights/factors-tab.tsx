import type { PredictionModel } from '@kindred/contract';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { Picker, PickerItem } from '@react-spectrum/s2/Picker';
import { useState } from 'react';
import { Stack } from '../../ui/columns.tsx';
import { formatShare } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { usePrediction } from '../prediction-page.tsx';
import { factorHref } from '../rules.ts';
import { Dependence } from './dependence.tsx';
import { Importance } from './importance.tsx';
import styles from './insights.module.css';
import { Loaded } from './loaded.tsx';
import { Swarm } from './swarm.tsx';
import { useModel } from './use-insights.ts';

/** What moves scores: how much, which way, at which values. */
export function FactorsTab() {
  const { prediction } = usePrediction();
  const model = useModel(prediction.id, prediction.model?.version ?? null);
  return (
    <Loaded resource={model}>
      {({ features }) => (
        <Stack>
          <div className={styles.pair}>
            <Panel title="Influential factors">
              <p className={styles.note}>
                How much each moves the odds of a person, on average: the mean absolute Shapley value in log odds.
              </p>
              <Importance features={features} />
            </Panel>
            <Panel title="Which way, at which values">
              <p className={styles.note}>
                Each dot is a group of people with like values: the larger, the more of them; right of the line it raises their scores.
              </p>
              <Swarm features={features} />
            </Panel>
          </div>
          {features.length > 0 && <OneFactor features={features} />}
        </Stack>
      )}
    </Loaded>
  );
}

function OneFactor({ features }: Pick<PredictionModel, 'features'>) {
  const { prediction } = usePrediction();
  const [code, setCode] = useState(features[0]?.code);
  const feature = features.find((each) => each.code === code) ?? features[0];
  if (feature === undefined) return null;
  return (
    <Panel title="One factor" aside={`${formatShare(feature.missing, 1)} have no value`}>
      <div className={`${styles.row} ${styles.chosen}`}>
        <Picker
          label="Factor"
          selectedKey={feature.code}
          onSelectionChange={(key) => setCode(String(key))}
          UNSAFE_style={{ width: 'min(100%, 420px)' }}
        >
          {features.map((each) => (
            <PickerItem key={each.code} id={each.code}>
              {each.label}
            </PickerItem>
          ))}
        </Picker>
        <LinkButton variant="secondary" href={factorHref(prediction, { ...feature, direction: 'up' })}>
          Audience it raises
        </LinkButton>
        <LinkButton variant="secondary" href={factorHref(prediction, { ...feature, direction: 'down' })}>
          Audience it lowers
        </LinkButton>
      </div>
      <Dependence feature={feature} />
    </Panel>
  );
}
