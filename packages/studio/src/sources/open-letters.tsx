import { routes } from '@kindred/contract';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure } from '../ui/states.tsx';

const POLL_MS = 10_000;

/** How many records of the stream wait for somebody to look at them. */
export function OpenLetters() {
  const letters = useResource('open letters', (signal) => call(routes.listDeadLetters, { query: { state: 'open', limit: 1 }, signal }), {
    everyMs: POLL_MS,
  });
  const total = letters.data?.total;
  return (
    <Panel title="Dead letters">
      {letters.error && <Failure error={letters.error} retry={letters.reload} />}
      {total === 0 && <p>Every record of the stream could be stored.</p>}
      {total !== undefined && total > 0 && <p>{formatCountOf(total, 'record')} of the stream could not be stored.</p>}
      <p>
        <Link to="/sources/dead-letters">See dead letters</Link>
      </p>
    </Panel>
  );
}
