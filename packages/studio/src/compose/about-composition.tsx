import type { Composition, CompositionProblem } from '@kindred/contract';
import { TextArea } from '@react-spectrum/s2/TextArea';
import { TextField } from '@react-spectrum/s2/TextField';
import { Link } from 'react-router';
import { Ago } from '../ui/ago.tsx';
import { formatCount } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Problems } from './block.tsx';
import styles from './canvas.module.css';
import type { Draft } from './edits.ts';

export interface AboutCompositionProps {
  /** As the server had it last. */
  readonly composition: Composition;
  readonly draft: Draft;
  readonly problems: readonly CompositionProblem[];
  readonly onChange: (news: Partial<Draft>, run: string) => void;
}

/** What it is called, what is missing, and the audiences it became. */
export function AboutComposition({ composition, draft, problems, onChange }: AboutCompositionProps) {
  const { outputs, publishedAt } = composition;
  return (
    <>
      <Panel title="Composition">
        <div className={styles.about}>
          <TextField
            label="Name of the composition"
            isRequired
            maxLength={255}
            value={draft.name}
            onChange={(name) => onChange({ name }, 'composition name')}
            UNSAFE_style={{ width: '100%' }}
          />
          <TextArea
            label="Description"
            maxLength={4000}
            value={draft.description}
            onChange={(description) => onChange({ description }, 'description')}
            UNSAFE_style={{ width: '100%' }}
          />
        </div>
      </Panel>
      {problems.length > 0 && (
        <Panel title="Before it can be published">
          <Problems problems={problems} named />
        </Panel>
      )}
      <Panel title="Its audiences" aside={publishedAt === null ? undefined : <Ago at={publishedAt} />}>
        {outputs.length === 0 ? (
          <p className={styles.faint}>Publishing makes each path an audience: for rules, exports, schedules and the portal.</p>
        ) : (
          <ul className={styles.outputs}>
            {outputs.map(({ id, name, size }) => (
              <li key={id}>
                <Link to={`/audiences/${id}`}>{name}</Link>
                <span className={styles.number}>{size === null ? '–' : formatCount(size)}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}
