import { routes } from '@kindred/contract';
import type { Prediction } from '@kindred/contract';
import { Outlet, useOutletContext, useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Page } from '../ui/page.tsx';
import { PageTabs } from '../ui/page-tabs.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { Findings } from './health-state.tsx';
import { PredictionActions } from './prediction-actions.tsx';
import { RunPanel } from './run-panel.tsx';
import { Untrained } from './untrained.tsx';

const PARENT = { title: 'Predictions', href: '/predictions' };
const POLL_MS = 5000;

interface OpenPrediction {
  readonly prediction: Prediction;
  readonly reload: () => void;
}

/** One prediction: what can be done with it, what is being done, around the side that the address names. */
export function PredictionPage() {
  const { id = '' } = useParams();
  const {
    data: prediction,
    error,
    reload,
  } = useResource(`prediction ${id}`, (signal) => call(routes.getPrediction, { params: { id }, signal }), {
    refreshOn: useStatus().data?.revision,
    everyMs: POLL_MS,
  });
  if (prediction === undefined) {
    return (
      <Page wide title="Prediction" parent={PARENT}>
        {error ? <Failure error={error} retry={reload} title="The prediction could not be loaded" /> : <Skeleton lines={8} height={32} />}
      </Page>
    );
  }
  const { name, description, lastRun, model, scores } = prediction;
  const trained = model !== null && scores !== null;
  return (
    <Page
      wide
      title={name}
      parent={PARENT}
      subtitle={description === '' ? undefined : description}
      actions={<PredictionActions prediction={prediction} onChanged={reload} />}
    >
      {lastRun !== null && <RunPanel key={lastRun.id} run={lastRun} onChanged={reload} />}
      {trained ? (
        <>
          {prediction.health !== null && <Findings health={prediction.health} />}
          <PageTabs label="Sides of the prediction" tabs={tabsOf(id)} />
          <Outlet key={id} context={{ prediction, reload } satisfies OpenPrediction} />
        </>
      ) : (
        <Untrained prediction={prediction} />
      )}
    </Page>
  );
}

function tabsOf(id: string) {
  const at = `/predictions/${id}`;
  return [
    { title: 'Scores', href: at },
    { title: 'Factors', href: `${at}/factors` },
    { title: 'Quality', href: `${at}/quality` },
    { title: 'Over time', href: `${at}/time` },
    { title: 'Model card', href: `${at}/card` },
  ];
}

/** The prediction of the page around; it is trained. */
export const usePrediction = (): OpenPrediction => useOutletContext<OpenPrediction>();
