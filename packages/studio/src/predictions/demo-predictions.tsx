import { DEMO_PREDICTIONS, routes } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { Failure } from '../ui/states.tsx';

/** Defines what there is to predict in the demo shop, and trains it. */
export function AddDemoPredictions({ onAdded }: { readonly onAdded: () => void }) {
  const add = useAction(async () => {
    for (const body of DEMO_PREDICTIONS) {
      const { id } = await call(routes.createPrediction, { body });
      await call(routes.trainPrediction, { params: { id } });
    }
    onAdded();
  });
  return (
    <>
      {/* Not isPending: its announcement would outlive the page, and with it the label that it points to. */}
      <Button variant="secondary" isDisabled={add.running} onPress={() => void add.run()}>
        Add the two demo predictions
      </Button>
      {add.error && <Failure error={add.error} title="They were not added" />}
    </>
  );
}
