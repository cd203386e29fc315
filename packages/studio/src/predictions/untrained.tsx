import { routes } from '@kindred/contract';
import type { Prediction } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Columns } from '../ui/columns.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { AboutPrediction } from './about-prediction.tsx';
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
      <Panel title="What the data says">
        <Now prediction={prediction} />
      </Panel>
    </Columns>
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
