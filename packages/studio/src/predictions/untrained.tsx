import { routes } from '@kindred/contract';
import type { Prediction } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Columns } from '../ui/columns.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { AboutPrediction } from './about-prediction.tsx';
import { Loaded } from './insights/loaded.tsx';
import { Baselines, Measures } from './insights/measures.tsx';
import { useModel } from './insights/use-insights.ts';
import { Readiness } from './readiness.tsx';

/** What there is to see before a prediction has scores: what it is about, and whether the data is enough. */
export function Untrained({ prediction }: { readonly prediction: Prediction }) {
  return (
    <Columns
      rail={
        <Panel title="About">
          <AboutPrediction prediction={prediction} />
        </Panel>
      }
    >
      {prediction.lastRun?.error?.code === 'bad-model' && <Refused id={prediction.id} />}
      <Panel title="What the data says">
        <Now prediction={prediction} />
      </Panel>
    </Columns>
  );
}

/** The newest model, which was not good enough to be put in force. */
function Refused({ id }: { readonly id: string }) {
  const model = useModel(id, null);
  return (
    <>
      <Panel title="The model that was refused">
        <Loaded resource={model}>{(found) => <Measures model={found} />}</Loaded>
      </Panel>
      <Panel title="Against simpler ways" flush>
        <Loaded resource={model}>{(found) => <Baselines model={found} />}</Loaded>
      </Panel>
    </>
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
