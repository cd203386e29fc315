/** A mapping set: its rows, and what they make of some records. */
import { routes } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { Picker, PickerItem } from '@react-spectrum/s2/Picker';
import { TextField } from '@react-spectrum/s2/TextField';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { leafPaths } from '../builder/field-type.ts';
import { Columns } from '../ui/columns.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { DeleteMapping } from './delete-mapping.tsx';
import type { Draft, MappingSet, Target } from './draft.ts';
import { bodyOf, draftOf, EMPTY, filled, nameOf } from './draft.ts';
import { MappingPreview } from './mapping-preview.tsx';
import { MappingRows } from './mapping-rows.tsx';
import styles from './mapping.module.css';
import { SampleInput } from './sample-input.tsx';
import type { Sample } from './samples.ts';
import { pathsOf } from './samples.ts';
import { usePreview } from './use-preview.ts';

export function NewMappingPage() {
  return <Editor set={null} onSaved={() => undefined} />;
}

export function MappingPage() {
  const { id = '' } = useParams();
  const set = useResource(`mapping set ${id}`, (signal) => call(routes.getMappingSet, { params: { id }, signal }));
  if (set.data !== undefined) return <Editor key={set.data.id} set={set.data} onSaved={set.reload} />;
  return (
    <Page title="Mapping set" parent={{ title: 'Mapping sets', href: '/sources/mappings' }}>
      {set.error ? (
        <Failure error={set.error} retry={set.reload} title="The mapping set could not be loaded" />
      ) : (
        <Skeleton lines={8} height={32} />
      )}
    </Page>
  );
}

interface EditorProps {
  /** Null: a new one. */
  readonly set: MappingSet | null;
  readonly onSaved: () => void;
}

function useSave({ set, onSaved }: EditorProps, draft: Draft) {
  const navigate = useNavigate();
  return useAction(async () => {
    const body = bodyOf(draft);
    const saved =
      set === null ? await call(routes.createMappingSet, { body }) : await call(routes.replaceMappingSet, { params: { id: set.id }, body });
    ToastQueue.positive(`Saved as version ${saved.version}.`, { timeout: 5000 });
    onSaved();
    if (set === null) await navigate(`/sources/mappings/${saved.id}`, { replace: true });
  });
}

function Editor({ set, onSaved }: EditorProps) {
  const [draft, setDraft] = useState<Draft>(set === null ? EMPTY : draftOf(set));
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const preview = usePreview(draft, samples);
  const sources = useMemo(() => pathsOf(samples), [samples]);
  const destinations = useDestinations(draft.target);
  const save = useSave({ set, onSaved }, draft);
  const isWhole = draft.name.trim() !== '' && filled(draft.rows).length > 0;
  const { problem } = preview;
  return (
    <Page
      wide
      title={set === null ? 'New mapping set' : nameOf(set)}
      parent={{ title: 'Mapping sets', href: '/sources/mappings' }}
      {...(set !== null && { subtitle: `Version ${set.version}, ${set.id}` })}
      actions={
        <>
          {set !== null && <DeleteMapping set={set} />}
          {/* Not isPending: its announcement would outlive the page, and with it the label that it points to. */}
          <Button variant="accent" isDisabled={!isWhole || save.running} onPress={() => void save.run()}>
            Save
          </Button>
        </>
      }
    >
      {save.error && <Failure error={save.error} title="The mapping set was not saved" />}
      <Columns
        even
        rail={
          <>
            <Panel title="Sample records">
              <SampleInput onChange={setSamples} />
            </Panel>
            <Panel title="What becomes of them">
              <MappingPreview samples={samples} preview={preview} />
            </Panel>
          </>
        }
      >
        <Panel title="Fields">
          <Head draft={draft} onChange={setDraft} />
          <MappingRows
            rows={draft.rows}
            onChange={(rows) => setDraft({ ...draft, rows })}
            sources={sources}
            destinations={destinations}
            problems={new Map(problem === null || problem.row === null ? [] : [[problem.row.key, problem.message]])}
          />
        </Panel>
      </Columns>
    </Page>
  );
}

function Head({ draft, onChange }: { readonly draft: Draft; readonly onChange: (draft: Draft) => void }) {
  return (
    <div className={styles.head}>
      <TextField label="Name" isRequired maxLength={255} value={draft.name} onChange={(name) => onChange({ ...draft, name })} />
      <Picker
        label="Records become"
        selectedKey={draft.target}
        onSelectionChange={(target) => onChange({ ...draft, target: target as Target })}
      >
        <PickerItem id="event">Events</PickerItem>
        <PickerItem id="profile">Profile records</PickerItem>
      </Picker>
    </div>
  );
}

/** Every path of the schema, and those of identities, which it leaves open. */
function useDestinations(target: Target): readonly string[] {
  const schema = useResource('schema', (signal) => call(routes.getSchema, { signal })).data;
  return useMemo(
    () => (schema === undefined ? [] : ['identityMap.CRMID[0].id', 'identityMap.CRMID[0].primary', ...leafPaths(schema[target].fields)]),
    [schema, target],
  );
}
