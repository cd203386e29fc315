import { Columns } from '../ui/columns.tsx';
import { useAudience } from './audience-page.tsx';
import { ExportsPanel } from './exports-panel.tsx';
import { JobsPanel } from './jobs-panel.tsx';
import { ListsPanel } from './lists-panel.tsx';

/** What was done with the audience: evaluations or lists that were taken in, and exports. */
export function ActivityTab() {
  const { audience, reload } = useAudience();
  return (
    <Columns rail={<ExportsPanel audience={audience} />}>
      {audience.kind !== 'external' ? <JobsPanel audience={audience} /> : <ListsPanel audience={audience} onTaken={reload} />}
    </Columns>
  );
}
