import { routes } from '@kindred/contract';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { formatCountOf } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { FirstPrediction } from './first-prediction.tsx';
import { PredictionTable } from './prediction-table.tsx';

const POLL_MS = 3000;

export function PredictionListPage() {
  const list = useResource('predictions', (signal) => call(routes.listPredictions, { signal }), {
    refreshOn: useStatus().data?.revision,
    everyMs: POLL_MS,
  });
  const all = list.data?.predictions;
  const subtitle =
    all && all.length > 0 ? formatCountOf(all.length, 'prediction') : 'How likely each person is to do something, checked on the past.';
  return (
    <Page
      wide
      title="Predictions"
      subtitle={subtitle}
      actions={
        <>
          {all?.some(({ model }) => model !== null) && (
            <LinkButton variant="secondary" href="/predictions/compare">
              Compare models
            </LinkButton>
          )}
          <LinkButton variant="accent" href="/predictions/new">
            Create prediction
          </LinkButton>
        </>
      }
    >
      {list.error && <Failure error={list.error} retry={list.reload} title="The predictions could not be loaded" />}
      {all === undefined && list.loading && <Skeleton lines={6} height={40} label="Loading predictions" />}
      {all?.length === 0 && <FirstPrediction onAdded={list.reload} />}
      {all !== undefined && all.length > 0 && <PredictionTable predictions={all} />}
    </Page>
  );
}
