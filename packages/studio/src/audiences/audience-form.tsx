import { Button } from '@react-spectrum/s2/Button';
import { TextField } from '@react-spectrum/s2/TextField';
import type { TextFieldRef } from '@react-spectrum/s2/TextField';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '../api/use-resource.ts';
import { PqlEditor } from '../editor/pql-editor.tsx';
import type { PqlEditorHandle } from '../editor/pql-editor.tsx';
import { useVocabulary } from '../editor/use-vocabulary.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Page } from '../ui/page.tsx';
import type { PageProps } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure } from '../ui/states.tsx';
import styles from './audience-form.module.css';
import { EstimatePanel } from './estimate-panel.tsx';
import { ExampleList } from './example-list.tsx';
import { ProblemList } from './problem-list.tsx';
import { RuleParts } from './rule-parts.tsx';
import { UnsavedGuard } from './unsaved-guard.tsx';
import { useDraft } from './use-draft.ts';

export interface AudienceText {
  readonly name: string;
  readonly description: string;
  readonly pql: string;
}

export interface AudienceFormProps {
  readonly title: string;
  readonly parent: NonNullable<PageProps['parent']>;
  readonly initial: AudienceText;
  /** Stores the audience and answers with its id. */
  readonly save: (text: AudienceText) => Promise<string>;
  readonly onCancel: () => void;
}

/** Writing an audience: text on the left, what it means and whom it finds on the right, at every keystroke. */
export function AudienceForm({ title, parent, initial, save, onCancel }: AudienceFormProps) {
  const [text, setText] = useState(initial);
  const change = (news: Partial<AudienceText>) => setText((old) => ({ ...old, ...news }));
  const draft = useDraft(text.pql, useStatus().data?.revision);
  const { nameField, editor, tried, submit, saving } = useSubmit(text, save);
  const dirty = text.name !== initial.name || text.description !== initial.description || text.pql !== initial.pql;
  const vocabulary = useVocabulary();
  const problems = draft.checked === text.pql ? (draft.check?.problems ?? []) : [];
  return (
    <Page wide title={title} parent={parent} actions={<Actions saving={saving.running} onSave={submit} onCancel={onCancel} />}>
      <UnsavedGuard active={dirty && !saving.done} />
      {saving.error && (
        <div className={styles.failure}>
          <Failure error={saving.error} title="The audience was not saved" />
        </div>
      )}
      <div className={styles.columns}>
        <div className={styles.main}>
          <NameAndDescription text={text} change={change} nameField={nameField} tried={tried} />
          <Panel title="Rule" aside={<KeyHints />} flush>
            <PqlEditor ref={editor} value={text.pql} onChange={(pql) => change({ pql })} vocabulary={vocabulary} problems={problems} />
            <ProblemList
              problems={problems}
              missing={tried && text.pql.trim() === ''}
              onGo={(span) => editor.current?.select(span)}
              onFix={(fix) => editor.current?.apply(fix)}
            />
          </Panel>
          <RuleParts draft={draft} />
          {vocabulary && <ExampleList schema={vocabulary.schema} onInsert={(example) => editor.current?.replaceAll(example.pql)} />}
        </div>
        <div className={styles.rail}>
          <EstimatePanel draft={draft} />
        </div>
      </div>
    </Page>
  );
}

function Actions({ saving, onSave, onCancel }: { readonly saving: boolean; readonly onSave: () => void; readonly onCancel: () => void }) {
  return (
    <>
      <Button variant="secondary" onPress={onCancel}>
        Cancel
      </Button>
      <Button variant="accent" onPress={onSave} isPending={saving}>
        Save
      </Button>
    </>
  );
}

const MODIFIER = /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘' : 'Ctrl';

function KeyHints() {
  return (
    <span className={styles.keys}>
      <kbd>Ctrl</kbd> <kbd>Space</kbd> completes · <kbd>{MODIFIER}</kbd> <kbd>S</kbd> saves
    </span>
  );
}

interface NameAndDescriptionProps {
  readonly text: AudienceText;
  readonly change: (news: Partial<AudienceText>) => void;
  readonly nameField: RefObject<TextFieldRef | null>;
  readonly tried: boolean;
}

function NameAndDescription({ text, change, nameField, tried }: NameAndDescriptionProps) {
  return (
    <div className={styles.fields}>
      <TextField
        ref={nameField}
        label="Name"
        isRequired
        maxLength={255}
        value={text.name}
        onChange={(name) => change({ name })}
        isInvalid={tried && text.name.trim() === ''}
        errorMessage="Give the audience a name."
        UNSAFE_style={{ width: '100%' }}
      />
      <TextField
        label="Description"
        maxLength={4000}
        value={text.description}
        onChange={(description) => change({ description })}
        UNSAFE_style={{ width: '100%' }}
      />
    </div>
  );
}

/** Saving by button and by Ctrl+S or Cmd+S: leads to what is missing, or to the page of the saved audience. */
function useSubmit(text: AudienceText, save: AudienceFormProps['save']) {
  const navigate = useNavigate();
  const nameField = useRef<TextFieldRef>(null);
  const editor = useRef<PqlEditorHandle>(null);
  const [tried, setTried] = useState(false);
  const [savedId, setSavedId] = useState<string | null>(null);
  const action = useAction(async () => setSavedId(await save({ ...text, name: text.name.trim() })));
  const submit = () => {
    setTried(true);
    if (text.name.trim() === '') nameField.current?.focus();
    else if (text.pql.trim() === '') editor.current?.focus();
    else if (!action.running) void action.run();
  };
  useEffect(() => {
    if (savedId === null) return;
    ToastQueue.positive('Audience saved and evaluated', { timeout: 5000 });
    void navigate(`/audiences/${savedId}`);
  }, [savedId, navigate]);
  const latest = useRef(submit);
  useEffect(() => {
    latest.current = submit;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return { nameField, editor, tried, submit, saving: { ...action, done: savedId !== null } };
}
