/** Records of a batch that could not be stored, with the reasons; looked at when somebody asks. */
import { routes } from '@kindred/contract';
import { useState } from 'react';
import { callText } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './datasets.module.css';

/** Shown of each kind. */
const SHOWN = 20;
const KINDS = ['conversion', 'parsing'] as const;

export function FailedRecords({ batch }: { readonly batch: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.failed} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>What failed, and why</summary>
      {open && <Records batch={batch} />}
    </details>
  );
}

function Records({ batch }: { readonly batch: string }) {
  const found = useResource(`failed ${batch}`, async (signal) => {
    const texts = await Promise.all(
      KINDS.map(async (kind) => {
        const query = { path: `row_errors/${kind}_errors_0.json` };
        return await callText(routes.batchDiagnostics, { params: { id: batch }, query, signal });
      }),
    );
    // One record a line.
    const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
    return lines.slice(0, SHOWN).map((line) => JSON.parse(line) as unknown);
  });
  if (found.error) return <Failure error={found.error} retry={found.reload} />;
  if (!found.data) return <Skeleton lines={3} height={40} />;
  return (
    <ul>
      {found.data.map((record, index) => (
        <li key={index}>
          <pre tabIndex={0} aria-label={`Failed record ${index + 1}`}>
            {JSON.stringify(record, null, 2)}
          </pre>
        </li>
      ))}
    </ul>
  );
}
