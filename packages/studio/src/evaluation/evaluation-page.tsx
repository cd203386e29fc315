import { Columns } from '../ui/columns.tsx';
import { Page } from '../ui/page.tsx';
import { BatchTime } from './batch-time.tsx';
import { LastJobs } from './last-jobs.tsx';
import { Schedules } from './schedules.tsx';
import { Summary } from './summary.tsx';

/** How audiences are evaluated: by which methods, when by the clock, and how the last jobs went. */
export function EvaluationPage() {
  return (
    <Page
      wide
      title="Evaluation summary"
      parent={{ title: 'Audiences', href: '/audiences' }}
      subtitle="By which method audiences are evaluated, when the clock does it, and how it went."
    >
      <Columns rail={<Summary />}>
        <Schedules />
        <BatchTime />
        <LastJobs />
      </Columns>
    </Page>
  );
}
