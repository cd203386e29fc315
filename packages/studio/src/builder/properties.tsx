import type { Audience, PqlCheck } from '@kindred/contract';
import { TextField } from '@react-spectrum/s2/TextField';
import type { TextFieldRef } from '@react-spectrum/s2/TextField';
import { TextArea } from '@react-spectrum/s2/TextArea';
import type { RefObject } from 'react';
import type { AudienceDraft } from './draft-store.ts';
import { Backtest } from './backtest.tsx';
import { Changes } from './changes.tsx';
import { Choice, ManyValues } from '../ui/fields.tsx';
import { InWords, Size, WhoIsIn } from './findings.tsx';
import { History } from './history.tsx';
import { MergePolicyChoice } from './merge-policy-choice.tsx';
import { NearMisses } from './near-misses.tsx';
import styles from './properties.module.css';
import type { Live } from './use-live.ts';

export interface PropertiesProps {
  readonly draft: AudienceDraft;
  /** As it is saved; null for a new one. */
  readonly audience: Audience | null;
  readonly change: (news: Partial<AudienceDraft>) => void;
  readonly live: Live;
  readonly nameField: RefObject<TextFieldRef | null>;
  /** Saving was tried. */
  readonly tried: boolean;
  /** What is in use elsewhere. */
  readonly used: { readonly tags: readonly string[]; readonly labels: readonly string[] };
  /** Puts another rule on the canvas, as an edit. */
  readonly onRule: (pql: string) => void;
}

/** The right rail: what the audience is called, how it is evaluated, how many it has and who. */
export function Properties({ draft, audience, change, live, nameField, tried, used, onRule }: PropertiesProps) {
  const { pql, mergePolicyId } = draft;
  const savedPql = audience?.pql ?? '';
  const settled = live.current && live.checked === pql && live.total !== undefined;
  return (
    <section aria-label="Audience properties" data-part tabIndex={-1} className={styles.rail}>
      <Size live={live} />
      <About draft={draft} change={change} live={live} nameField={nameField} tried={tried} used={used} />
      <InWords live={live} />
      {settled && savedPql !== '' && savedPql !== pql && <Changes before={savedPql} now={pql} mergePolicyId={mergePolicyId} />}
      {settled && <NearMisses pql={pql} mergePolicyId={mergePolicyId} revision={live.total?.revision} />}
      {settled && live.total?.evaluatedAt !== undefined && (
        <Backtest pql={pql} now={live.total.evaluatedAt} mergePolicyId={mergePolicyId} />
      )}
      {audience !== null && <History id={audience.id} version={audience.version} onRule={onRule} />}
      <WhoIsIn live={live} pql={pql} mergePolicyId={mergePolicyId} />
    </section>
  );
}

/** What one says of an audience besides its rule. */
function About({ draft, change, live, nameField, tried, used }: Omit<PropertiesProps, 'audience' | 'onRule'>) {
  return (
    <div className={styles.part}>
      <TextField
        ref={nameField}
        label="Name"
        isRequired
        maxLength={255}
        value={draft.name}
        onChange={(name) => change({ name })}
        isInvalid={tried && draft.name.trim() === ''}
        errorMessage="Give the audience a name."
        UNSAFE_style={{ width: '100%' }}
      />
      <TextArea
        label="Description"
        maxLength={4000}
        value={draft.description}
        onChange={(description) => change({ description })}
        UNSAFE_style={{ width: '100%' }}
      />
      <div className={styles.field}>
        <span>Tags</span>
        <ManyValues
          label="Tags"
          placeholder="Add a tag"
          values={draft.tags}
          suggestions={used.tags}
          onChange={(tags) => change({ tags })}
        />
      </div>
      <div className={styles.field}>
        <span>Access labels</span>
        <ManyValues
          label="Access labels"
          placeholder="Add a label, such as core/C1"
          values={draft.labels}
          suggestions={used.labels}
          onChange={(labels) => change({ labels })}
        />
      </div>
      <MergePolicyChoice id={draft.mergePolicyId} onChange={(mergePolicyId) => change({ mergePolicyId })} />
      <Method draft={draft} change={change} check={live.check} />
    </div>
  );
}

const METHODS = [
  ['batch', 'Batch'],
  ['streaming', 'Streaming'],
  ['edge', 'Edge'],
] as const;

/** What the Experience Platform would allow; here every rule is evaluated by all methods. */
function Method({ draft, change, check }: Pick<PropertiesProps, 'draft' | 'change'> & { readonly check: PqlCheck | undefined }) {
  const methods = check?.methods ?? null;
  return (
    <div className={styles.field}>
      <span>Evaluation method</span>
      <Choice label="Evaluation method" value={draft.evaluation} options={METHODS} onChange={(evaluation) => change({ evaluation })} />
      {methods !== null && (
        <details>
          <summary>Evaluation method eligibility</summary>
          <ul className={styles.methods}>
            {METHODS.map(([key, text]) => (
              <li key={key}>
                <strong>{text}</strong>: {methods[key].eligible ? 'eligible' : methods[key].reasons.map(({ message }) => message).join(' ')}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
