import { routes } from '@kindred/contract';
import type { Prediction } from '@kindred/contract';
import { useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { AboutPrediction } from './about-prediction.tsx';
import { PredictionActions } from './prediction-actions.tsx';
import styles from './prediction-page.module.css';
import { Readiness } from './readiness.tsx';

const PARENT = { title: 'Predictions', href: '/predictions' };

export function PredictionPage() {
  const { id = '' } = useParams();
  const found = useResource(`prediction ${id}`, (signal) => call(routes.getPrediction, { params: { id }, signal }), {
    refreshOn: useStatus().data?.revision,
  });
  if (found.data) return <Loaded key={id} prediction={found.data} reload={found.reload} />;
  return (
    <Page wide title="Prediction" parent={PARENT}>
      {found.error ? (
        <Failure error={found.error} retry={found.reload} title="The prediction could not be loaded" />
      ) : (
        <Skeleton lines={8} height={32} />
      )}
    </Page>
  );
}

function Loaded({ prediction, reload }: { readonly prediction: Prediction; readonly reload: () => void }) {
  return (
    <Page
      wide
      title={prediction.name}
      parent={PARENT}
      subtitle={prediction.description === '' ? undefined : prediction.description}
      actions={<PredictionActions prediction={prediction} onChanged={reload} />}
    >
      <div className={styles.columns}>
        <Panel title="What the data says">
          <Now prediction={prediction} />
        </Panel>
        <Panel title="About">
          <AboutPrediction prediction={prediction} />
        </Panel>
      </div>
    </Page>
  );
}

function Now({ prediction }: { readonly prediction: Prediction }) {
  const { id, kind, goal, population, exclusions, customEvents, excludedFields } = prediction;
  const counted = useResource(
    `readiness ${id}`,
    (signal) => call(routes.previewPrediction, { body: { kind, goal, population, exclusions, customEvents, excludedFields }, signal }),
    { refreshOn: useStatus().data?.revision },
  );
  if (counted.data) return <Readiness readiness={counted.data} conditions={goal.events} />;
  if (counted.error) return <Failure error={counted.error} retry={counted.reload} title="It could not be counted" />;
  return <Skeleton lines={5} />;
}
