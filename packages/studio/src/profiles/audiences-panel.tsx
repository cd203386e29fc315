import { routes } from '@kindred/contract';
import type { Identity, ProfileBody } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Picker, PickerItem } from '@react-spectrum/s2/Picker';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { formatCount, formatDate, formatUtc } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import styles from './audiences-panel.module.css';
import { WhyPanel } from './why-panel.tsx';
import type { ShowEvent } from './why-panel.tsx';

export interface AudiencesPanelProps {
  readonly identity: Identity;
  readonly audiences: ProfileBody['audiences'];
  readonly onShow: ShowEvent;
}

/** The audiences a person is in, and why; and why not in another one. */
export function AudiencesPanel({ identity, audiences, onShow }: AudiencesPanelProps) {
  const [asked, setAsked] = useState<string | null>(null);
  const outside = useOutside(audiences);
  const askedOutside = outside.some(({ id }) => id === asked) ? asked : null;
  const choiceId = useId();
  return (
    <Panel title="Audiences" aside={formatCount(audiences.length)} flush>
      {audiences.length === 0 && <p className={styles.none}>In no audience at the last evaluations.</p>}
      <ul className={styles.list}>
        {audiences.map(({ id, name, since }) => (
          <li key={id}>
            <div className={styles.row}>
              <Link to={`/audiences/${id}`}>{name}</Link>
              <span className={styles.since} title={formatUtc(since)}>
                since {formatDate(since)}
              </span>
              <ActionButton
                size="S"
                aria-expanded={asked === id}
                aria-label={`Why in ${name}?`}
                onPress={() => setAsked(asked === id ? null : id)}
              >
                Why?
              </ActionButton>
            </div>
            {asked === id && <WhyPanel identity={identity} audienceId={id} onShow={onShow} />}
          </li>
        ))}
      </ul>
      {outside.length > 0 && (
        <div className={styles.outside}>
          <div className={styles.choice}>
            <span id={choiceId}>Why not in</span>
            <Picker
              aria-labelledby={choiceId}
              placeholder="Choose an audience"
              UNSAFE_style={{ width: 'min(100%, 360px)' }}
              value={askedOutside}
              onChange={(key) => setAsked(key === null ? null : String(key))}
            >
              {outside.map(({ id, name }) => (
                <PickerItem key={id} id={id}>
                  {name}
                </PickerItem>
              ))}
            </Picker>
          </div>
          {askedOutside !== null && <WhyPanel identity={identity} audienceId={askedOutside} onShow={onShow} />}
        </div>
      )}
    </Panel>
  );
}

function useOutside(audiences: ProfileBody['audiences']) {
  const all = useResource('audiences', (signal) => call(routes.listAudiences, { signal })).data?.audiences ?? [];
  const inside = new Set(audiences.map(({ id }) => id));
  return all.filter(({ id }) => !inside.has(id));
}
