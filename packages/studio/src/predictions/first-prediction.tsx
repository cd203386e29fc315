import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { useStatus } from '../shell/status-context.tsx';
import { AddDemoPredictions } from './demo-predictions.tsx';
import { Empty } from '../ui/states.tsx';

const DEMO_DATASET = 'Demo shop';

/** What predictions are, where there are none yet. */
export function FirstPrediction({ onAdded }: { readonly onAdded: () => void }) {
  const { data } = useStatus();
  if (data?.events === 0) {
    return (
      <Empty title="No events yet" action={<LinkButton href="/sources">Go to sources</LinkButton>}>
        Predictions are learned from what people did. Import events first, or generate the demo shop.
      </Empty>
    );
  }
  return (
    <Empty
      title="Ask how likely something is"
      action={
        <>
          <LinkButton href="/predictions/new">Create prediction</LinkButton>
          {data?.datasets.some(({ name }) => name === DEMO_DATASET) && <AddDemoPredictions onAdded={onAdded} />}
        </>
      }
    >
      <p>
        Say what may happen, such as a purchase within 14 days, and who is asked about. Kindred goes back to days whose outcome is known,
        learns from what people had done until then, and tries the model on days that it has not seen.
      </p>
      <p>
        Every person gets a score, a probability and the reasons for it, and rules can read them: those who will most likely buy, those
        about to leave.
      </p>
    </Empty>
  );
}
