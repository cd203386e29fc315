import { routes } from '@kindred/contract';
import type { StreamDeadLetter } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { ButtonGroup } from '@react-spectrum/s2/ButtonGroup';
import { StatusLight } from '@react-spectrum/s2/StatusLight';
import { useId, useState } from 'react';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { Ago } from '../ui/ago.tsx';
import { Failure } from '../ui/states.tsx';
import styles from './dead-letter-card.module.css';
import frame from './import-card.module.css';

const STATES = {
  open: { title: 'Open', variant: 'negative' },
  replayed: { title: 'Sent again', variant: 'positive' },
  discarded: { title: 'Put aside', variant: 'neutral' },
} as const;

export function DeadLetterCard({ letter, onChanged }: { readonly letter: StreamDeadLetter; readonly onChanged: () => void }) {
  const { id, kind, dataset, source, receivedAt, problems, state, changedAt, changedBy } = letter;
  const { title, variant } = STATES[state];
  return (
    <li className={frame.card}>
      <div className={frame.head}>
        <h3>
          {kind === 'event' ? 'Event' : 'Profile record'} {id}
        </h3>
        <StatusLight size="S" variant={variant}>
          {title}
        </StatusLight>
        <span className={frame.when}>
          for {dataset}, by {source}, <Ago at={receivedAt} />
          {changedAt !== null && (
            <>
              ; {title.toLowerCase()} by {changedBy} <Ago at={changedAt} />
            </>
          )}
        </span>
      </div>
      <ul className={styles.problems}>
        {problems.map(({ field, reason }) => (
          <li key={`${field} ${reason}`}>
            {field !== '' && (
              <>
                <code>{field}</code>:{' '}
              </>
            )}
            {reason}
          </li>
        ))}
      </ul>
      <details className={frame.rejected}>
        <summary>{state === 'open' ? 'Look at the record and correct it' : 'Look at the record'}</summary>
        <Correction letter={letter} onChanged={onChanged} />
      </details>
    </li>
  );
}

function Correction({ letter: { id, document, state }, onChanged }: { readonly letter: StreamDeadLetter; readonly onChanged: () => void }) {
  const original = JSON.stringify(document, null, 2);
  const [text, setText] = useState(original);
  const label = useId();
  const act = useAction(async (work: () => Promise<unknown>) => {
    await work();
    onChanged();
  });
  const send = () =>
    act.run(() => call(routes.replayDeadLetter, { params: { id }, body: text === original ? {} : { document: parsed(text) } }));
  return (
    <div className={styles.correction}>
      <label htmlFor={label}>The record as JSON</label>
      <textarea
        id={label}
        rows={Math.min(24, text.split('\n').length + 1)}
        spellCheck={false}
        readOnly={state !== 'open'}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {act.error && <Failure error={act.error} title="That did not work" />}
      {state === 'open' && (
        <ButtonGroup>
          <Button variant="accent" isPending={act.running} onPress={() => void send()}>
            {text === original ? 'Send again as it is' : 'Send the corrected record'}
          </Button>
          <Button
            variant="secondary"
            isDisabled={act.running}
            onPress={() => void act.run(() => call(routes.discardDeadLetter, { params: { id } }))}
          >
            Put aside
          </Button>
        </ButtonGroup>
      )}
    </div>
  );
}

/** Throws an Error that the card shows. */
function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`The record is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
