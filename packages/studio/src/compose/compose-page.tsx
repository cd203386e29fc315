/** One composition: its blocks on a canvas, counted while they are edited, and the audiences they became. */
import { routes } from '@kindred/contract';
import type { Composition } from '@kindred/contract';
import { startHistory } from '@kindred/pql';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Button } from '@react-spectrum/s2/Button';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useMemo, useReducer, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { UnsavedGuard } from '../audiences/unsaved-guard.tsx';
import { useBuilderKeys } from '../builder/use-builder-keys.ts';
import { useVocabulary } from '../editor/use-vocabulary.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Columns } from '../ui/columns.tsx';
import { Deletion } from '../ui/deletion.tsx';
import { Page } from '../ui/page.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { AboutComposition } from './about-composition.tsx';
import { Canvas } from './canvas.tsx';
import styles from './canvas.module.css';
import { CanvasContext } from './canvas-context.ts';
import type { Draft } from './edits.ts';
import { reduce } from './edits.ts';
import { STATES } from './states.ts';
import { useAutosave } from './use-autosave.ts';
import { usePreview } from './use-preview.ts';
import { UndoRedo } from '../ui/undo-redo.tsx';

const PARENT = { title: 'Compositions', href: '/audiences/compositions' };

const THEIRS = new Error('What you see is not kept. Keep yours over theirs, or look at theirs and lose yours.');

let openings = 0;

export function ComposePage() {
  const { id = '' } = useParams();
  // Not from the cache: what is edited must be what is kept.
  const [opening, reopen] = useReducer(
    () => (openings += 1),
    0,
    () => (openings += 1),
  );
  const found = useResource(`composition/${id}/${opening}`, (signal) => call(routes.getComposition, { params: { id }, signal }));
  if (found.data) return <Loaded key={`${id} ${opening}`} composition={found.data} onReopen={reopen} />;
  return (
    <Page wide title="Composition" parent={PARENT}>
      {found.error ? (
        <Failure error={found.error} retry={found.reload} title="The composition could not be loaded" />
      ) : (
        <Skeleton lines={8} height={32} label="Loading the composition" />
      )}
    </Page>
  );
}

interface LoadedProps {
  readonly composition: Composition;
  /** Begins anew with what the server has. */
  readonly onReopen: () => void;
}

function Loaded({ composition, onReopen }: LoadedProps) {
  const [kept, setKept] = useState(composition);
  const { id, name, description, body } = composition;
  const [history, edit] = useReducer(reduce, { name, description, body }, (draft: Draft) => startHistory(draft));
  const draft = history.present;
  const autosave = useAutosave(composition, draft, setKept);
  const publish = useAction(async () => {
    const published = await call(routes.publishComposition, { params: { id }, body: { ifChanges: await autosave.flush() } });
    autosave.noted(published);
    setKept(published);
    ToastQueue.positive('Published and evaluated', { timeout: 5000 });
  });
  const preview = usePreview(id, draft.body, useStatus().data?.revision);
  const undo = () => edit({ type: 'undo' });
  const redo = () => edit({ type: 'redo' });
  useBuilderKeys({ undo, redo, save: () => void autosave.flush().catch(() => undefined) });
  const problems = preview.data?.problems ?? [];
  const change = (news: Partial<Draft>, run?: string) => edit({ type: 'change', news, ...(run !== undefined && { run }) });
  return (
    <Page
      wide
      title={draft.name.trim() === '' ? 'Composition' : draft.name}
      parent={PARENT}
      subtitle={`${STATES[kept.state]} · ${autosave.saved ? 'all changes are kept' : 'keeping changes …'}`}
      actions={
        <>
          <UndoRedo canUndo={history.past !== null} canRedo={history.future !== null} onUndo={undo} onRedo={redo} />
          <Delete composition={kept} />
          <Button
            variant="accent"
            // Not isPending: its announcement would outlive the page, and with it the label that it points to.
            isDisabled={publish.running || problems.length > 0 || autosave.conflict}
            onPress={() => void publish.run()}
          >
            Publish
          </Button>
        </>
      }
    >
      <UnsavedGuard active={autosave.error !== undefined} />
      <div className={styles.notices}>
        {autosave.error && <NotKept autosave={autosave} onReopen={onReopen} />}
        {publish.error && <Failure error={publish.error} title="The composition was not published" />}
        {preview.error && <Failure error={preview.error} retry={preview.retry} title="The blocks could not be counted" />}
      </div>
      <Columns rail={<AboutComposition composition={kept} draft={draft} problems={problems} onChange={change} />}>
        <Flow draft={draft} outputs={kept.outputs} preview={preview} onChange={(next, run) => change({ body: next }, run)} />
      </Columns>
    </Page>
  );
}

interface FlowProps {
  readonly draft: Draft;
  readonly outputs: Composition['outputs'];
  readonly preview: ReturnType<typeof usePreview>;
  readonly onChange: (body: Draft['body'], run?: string) => void;
}

function Flow({ draft: { body }, outputs, preview: { data, current }, onChange }: FlowProps) {
  const vocabulary = useVocabulary();
  const all = useResource('audiences', (signal) => call(routes.listAudiences, { signal })).data?.audiences;
  const audiences = useMemo(() => {
    const own = new Set(outputs.map(({ id }) => id));
    return (all ?? []).filter(({ id, lifecycleState }) => lifecycleState === 'published' && !own.has(id));
  }, [all, outputs]);
  const canvas = { body, change: onChange, counts: data?.counts, current, problems: data?.problems ?? [], audiences, vocabulary };
  return (
    <CanvasContext value={canvas}>
      <Canvas />
    </CanvasContext>
  );
}

function NotKept({
  autosave: { error, conflict, retry, overwrite },
  onReopen,
}: {
  readonly autosave: ReturnType<typeof useAutosave>;
  readonly onReopen: () => void;
}) {
  if (error === undefined) return null;
  if (!conflict) return <Failure error={error} retry={retry} title="Your last changes are not kept yet" />;
  return (
    <>
      <Failure error={THEIRS} retry={overwrite} retryLabel="Keep mine" title="Somebody else changed it after you began" />
      <ActionButton onPress={onReopen}>Show theirs</ActionButton>
    </>
  );
}

function Delete({ composition: { id, name, outputs } }: { readonly composition: Composition }) {
  const navigate = useNavigate();
  const [isAsked, ask] = useState(false);
  return (
    <>
      <Button variant="secondary" onPress={() => ask(true)}>
        Delete
      </Button>
      <Deletion
        isAsked={isAsked}
        name={name}
        remove={async () => await call(routes.deleteComposition, { params: { id } })}
        onRemoved={() => void navigate('/audiences/compositions')}
        onClose={() => ask(false)}
      >
        {outputs.length === 0
          ? 'The composition goes for good; nothing was published of it.'
          : `The composition and its audiences, ${outputs.map((each) => each.name).join(', ')}, go for good. Profiles and events stay.`}
      </Deletion>
    </>
  );
}
