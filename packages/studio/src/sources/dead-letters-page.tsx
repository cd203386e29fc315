/** Records of the stream that could not be stored: to see, to fix, to send again. */
import { routes } from '@kindred/contract';
import type { StreamDeadLetter } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { Picker, PickerItem } from '@react-spectrum/s2/Picker';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useSearchParams } from 'react-router';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { DeadLetterCard } from './dead-letter-card.tsx';
import styles from './dead-letters-page.module.css';

const PAGE = 50;
const STATES = { open: 'Open', replayed: 'Sent again', discarded: 'Put aside', all: 'All' } as const;
type Shown = keyof typeof STATES;

export function DeadLettersPage() {
  const [params, setParams] = useSearchParams();
  const state = (params.get('state') ?? 'open') as Shown;
  const start = Number(params.get('start') ?? 0);
  const query = { start, limit: PAGE, ...(state !== 'all' && { state }) };
  const letters = useResource(`letters ${state} ${start}`, (signal) => call(routes.listDeadLetters, { query, signal }));
  const again = useAction(async () => {
    const { replayed, failing } = await call(routes.replayDeadLetters, { body: {} });
    ToastQueue.info(`Sent ${formatCountOf(replayed, 'record')} again; ${formatCountOf(failing, 'record')} would fail again.`, {
      timeout: 8000,
    });
    letters.reload();
  });
  const { total = 0, deadLetters } = letters.data ?? {};
  return (
    <Page
      title="Dead letters"
      parent={{ title: 'Sources', href: '/sources' }}
      subtitle="Records that came in as a stream and could not be stored as they were. Nothing is lost: correct them and send them again."
      actions={
        <Button variant="secondary" isPending={again.running} onPress={() => void again.run()}>
          Send all open ones again
        </Button>
      }
    >
      {again.error && <Failure error={again.error} title="They were not sent again" />}
      <div className={styles.tools}>
        <Picker
          label="Show"
          UNSAFE_style={{ width: 200 }}
          selectedKey={state}
          onSelectionChange={(key) => setParams({ state: String(key) }, { replace: true })}
        >
          {Object.entries(STATES).map(([key, title]) => (
            <PickerItem key={key} id={key}>
              {title}
            </PickerItem>
          ))}
        </Picker>
      </div>
      <Panel title={letters.data ? formatCountOf(total, 'record') : 'Records'} flush>
        {letters.error && <Failure error={letters.error} retry={letters.reload} />}
        {!deadLetters && letters.loading && <Skeleton lines={4} height={64} label="Loading dead letters" />}
        {deadLetters?.length === 0 && <NoLetters state={state} />}
        <Letters letters={deadLetters ?? []} onChanged={letters.reload} />
      </Panel>
      {total > PAGE && <Pages start={start} total={total} go={(to) => setParams({ state, start: String(to) })} />}
    </Page>
  );
}

function Pages({ start, total, go }: { readonly start: number; readonly total: number; readonly go: (start: number) => void }) {
  return (
    <nav aria-label="Pages" className={styles.pages}>
      <Button variant="secondary" isDisabled={start === 0} onPress={() => go(Math.max(0, start - PAGE))}>
        Newer
      </Button>
      <Button variant="secondary" isDisabled={start + PAGE >= total} onPress={() => go(start + PAGE)}>
        Older
      </Button>
    </nav>
  );
}

function NoLetters({ state }: { readonly state: Shown }) {
  return state === 'open' ? (
    <Empty title="Nothing waits for you">Every record of the stream could be stored.</Empty>
  ) : (
    <Empty title="None">No dead letter is in this state.</Empty>
  );
}

function Letters({ letters, onChanged }: { readonly letters: readonly StreamDeadLetter[]; readonly onChanged: () => void }) {
  return (
    <ul>
      {letters.map((letter) => (
        <DeadLetterCard key={`${letter.id} ${letter.state}`} letter={letter} onChanged={onChanged} />
      ))}
    </ul>
  );
}
