/** How long the events of a dataset are kept. */
import { routes } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { NumberField } from '@react-spectrum/s2/NumberField';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure } from '../ui/states.tsx';
import type { DatasetView } from './catalog.ts';
import styles from './datasets.module.css';

export function Retention({ dataset: { id, days }, onChanged }: { readonly dataset: DatasetView; readonly onChanged: () => void }) {
  const [draft, setDraft] = useState<number>(days ?? Number.NaN);
  const save = useAction(async (ttlValue: string | null) => {
    await call(routes.updateDatasetV2, { params: { id }, body: { extensions: { adobe_lakeHouse: { rowExpiration: { ttlValue } } } } });
    onChanged();
  });
  return (
    <Panel title="How long events are kept">
      <div className={styles.keep}>
        <NumberField label="Days" minValue={1} maxValue={36_500} value={draft} onChange={setDraft} />
        <Button
          variant="secondary"
          isDisabled={save.running || Number.isNaN(draft) || draft === days}
          onPress={() => void save.run(`P${draft}D`)}
        >
          Keep so long
        </Button>
        <Button
          variant="secondary"
          isDisabled={save.running || days === null}
          onPress={() => {
            setDraft(Number.NaN);
            void save.run(null);
          }}
        >
          For good
        </Button>
      </div>
      <p className={styles.note}>
        {days === null
          ? 'Events are kept for good.'
          : `Events older than ${days} days are taken away, at once and from then on every hour.`}
      </p>
      {save.error && <Failure error={save.error} title="It was not changed" />}
    </Panel>
  );
}
