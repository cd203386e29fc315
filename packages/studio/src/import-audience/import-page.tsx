/** An audience from a list: choose the file, say who the people are, look at the beginning, take it in. */
import { routes } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { TextField } from '@react-spectrum/s2/TextField';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { Choice, NumberBox } from '../ui/fields.tsx';
import { Columns } from '../ui/columns.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure } from '../ui/states.tsx';
import type { Draft } from './draft.ts';
import { bodyOf, draftOf } from './draft.ts';
import { FileChoice } from './file-choice.tsx';
import styles from './import-audience.module.css';
import { Preview } from './preview.tsx';
import { upload } from './upload.ts';

export function ImportPage() {
  const [draft, setDraft] = useState<Draft | null>(null);
  const namespaces = useNamespaces();
  const navigate = useNavigate();
  const choose = useAction(async (file: File) => setDraft(await draftOf(file, namespaces)));
  const take = useAction(async (ready: Draft) => {
    const { audience } = await call(routes.createExternalAudience, { body: bodyOf(ready, await upload(ready.file)) });
    ToastQueue.positive(`“${audience.name}” is made; its list is being taken in`, { timeout: 6000 });
    await navigate(`/audiences/${audience.id}/activity`);
  });
  return (
    <Page
      wide
      title="Import an audience"
      parent={{ title: 'Audiences', href: '/audiences' }}
      subtitle="A CSV file with the names of its columns in the first line. One column says who the people are; the others are kept with the audience."
      actions={
        <Button
          variant="accent"
          // Not isPending: its announcement would outlive the page, and with it the label that it points to.
          isDisabled={take.running || draft === null || draft.name.trim() === '' || draft.column === ''}
          onPress={() => draft && void take.run(draft)}
        >
          Import
        </Button>
      }
    >
      {take.error && (
        <div className={styles.failure}>
          <Failure error={take.error} title="The audience was not imported" />
        </div>
      )}
      <Columns
        rail={
          <Panel title="Audience">
            {draft === null ? (
              <p className={styles.faint}>Choose a file first; its name becomes that of the audience until you give another one.</p>
            ) : (
              <About draft={draft} namespaces={namespaces} change={(news) => setDraft({ ...draft, ...news })} />
            )}
          </Panel>
        }
      >
        <Panel title="File">
          <FileChoice label="CSV file" onFile={(file) => void choose.run(file)} />
          {choose.error && <Failure error={choose.error} title="The file could not be read" />}
        </Panel>
        {draft !== null && draft.beginning.columns.length > 0 && (
          <Panel title="Columns and first rows" flush>
            <Preview draft={draft} onType={(column, type) => setDraft({ ...draft, types: { ...draft.types, [column]: type } })} />
          </Panel>
        )}
      </Columns>
    </Page>
  );
}

/** The codes of all namespaces. */
function useNamespaces(): readonly string[] {
  const found = useResource('identity namespaces', (signal) => call(routes.listIdentityNamespaces, { signal }));
  return (found.data ?? []).map(({ code }) => code).toSorted((a, b) => a.localeCompare(b));
}

interface AboutProps {
  readonly draft: Draft;
  readonly namespaces: readonly string[];
  readonly change: (news: Partial<Draft>) => void;
}

function About({ draft: { name, description, column, namespace, ttlInDays, beginning }, namespaces, change }: AboutProps) {
  const pair = (text: string) => [text, text] as const;
  return (
    <div className={styles.about}>
      <TextField
        label="Name"
        isRequired
        maxLength={255}
        value={name}
        onChange={(text) => change({ name: text })}
        UNSAFE_style={{ width: '100%' }}
      />
      <TextField
        label="Description"
        value={description}
        onChange={(text) => change({ description: text })}
        UNSAFE_style={{ width: '100%' }}
      />
      <div className={styles.line}>
        <span>People are identified by</span>
        {beginning.columns.length > 0 ? (
          <Choice
            label="Identity column"
            value={column}
            options={beginning.columns.map(pair)}
            onChange={(text) => change({ column: text })}
          />
        ) : (
          <TextField aria-label="Identity column" value={column} onChange={(text) => change({ column: text })} />
        )}
        <span>of the namespace</span>
        <Choice label="Namespace" value={namespace} options={namespaces.map(pair)} onChange={(text) => change({ namespace: text })} />
      </div>
      <div className={styles.line}>
        <span>Members stay for</span>
        <NumberBox
          label="Days until it expires"
          value={ttlInDays}
          min={1}
          whole
          onChange={(days) => change({ ttlInDays: Math.min(90, days) })}
        />
        <span>days after the last list (at most 90)</span>
      </div>
    </div>
  );
}
