import type { Audience, SchemaBody } from '@kindred/contract';
import type { TextFieldRef } from '@react-spectrum/s2/TextField';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { useNavigate } from 'react-router';
import { preloadEditor } from '../editor/pql-editor.tsx';
import { useStatus } from '../shell/status-context.tsx';
import { Failure } from '../ui/states.tsx';
import { BuilderContext } from './builder-context.ts';
import styles from './builder-screen.module.css';
import { Canvas } from './canvas.tsx';
import { CodePanel } from './code-panel.tsx';
import type { AudienceDraft } from './draft-store.ts';
import { Palette } from './palette.tsx';
import { Properties } from './properties.tsx';
import type { PropertiesProps } from './properties.tsx';
import type { Proposal } from './proposal.ts';
import { Said } from './said.tsx';
import { Toolbar } from './toolbar.tsx';
import { useBeginning, useKeeping } from './use-audience-draft.ts';
import { useDraftHistory } from './use-draft-history.ts';
import { useBuilderOf } from './use-builder-of.ts';
import { useBuilderKeys } from './use-builder-keys.ts';
import { useLive } from './use-live.ts';
import { useSave } from './use-save.ts';

export interface BuilderScreenProps {
  readonly audience: Audience | null;
  /** What a new audience begins with. */
  readonly proposal: Proposal | null;
  readonly schema: SchemaBody;
  readonly audiences: readonly Audience[];
  readonly used: PropertiesProps['used'];
}

/** The Segment Builder: fields on the left, the rule as picture and text, what it means and whom it finds on the right. */
export function BuilderScreen(props: BuilderScreenProps) {
  const { audience, schema, audiences, used } = props;
  const [code, setCode] = useState(false);
  const nameField = useRef<TextFieldRef>(null);
  const { history, act, draft, change, live, saving, builder, kept, restart, isDraft } = useAudienceBuilder(props, nameField);
  const { root, text, broken } = history.present;
  const navigate = useNavigate();
  useEffect(preloadEditor, []);
  return (
    <BuilderContext value={builder}>
      <div className={styles.screen}>
        <Toolbar
          title={audience === null ? 'New audience' : audience.name}
          isDraft={isDraft}
          code={code}
          canUndo={history.past !== null}
          canRedo={history.future !== null}
          saving={saving.running}
          restored={kept !== null}
          onDiscard={restart}
          onUndo={() => act({ type: 'undo' })}
          onRedo={() => act({ type: 'redo' })}
          onCode={setCode}
          onCancel={() => void navigate(audience === null ? '/audiences' : `/audiences/${audience.id}`)}
          onSave={saving.save}
        />
        <NotSaved saving={saving} />
        <div className={`${styles.columns} ${code ? styles.withCode : ''}`}>
          <Palette />
          <div className={styles.middle}>
            <Canvas root={root} broken={broken} />
            {code && (
              <CodePanel
                text={text}
                live={live}
                vocabulary={{ schema, audiences }}
                onText={(typed) => act({ type: 'text', text: typed, run: 'typing' })}
              />
            )}
          </div>
          <Properties
            audience={audience}
            draft={draft}
            change={change}
            live={live}
            nameField={nameField}
            tried={saving.tried}
            used={used}
            onRule={(pql) => act({ type: 'text', text: pql, run: null })}
          />
        </div>
        <Said />
      </div>
    </BuilderContext>
  );
}

function NotSaved({ saving: { error, overwrite } }: { readonly saving: ReturnType<typeof useSave> }) {
  if (!error) return null;
  const again = overwrite === null ? {} : { retry: overwrite, retryLabel: 'Save anyway' };
  return (
    <div className={styles.failure}>
      <Failure error={error} title="The audience was not saved" {...again} />
    </div>
  );
}

function useAudienceBuilder({ audience, proposal, schema, audiences }: BuilderScreenProps, nameField: RefObject<TextFieldRef | null>) {
  const { saved, kept } = useBeginning(audience, proposal);
  const [about, setAbout] = useState<Omit<AudienceDraft, 'pql'>>(kept ?? saved);
  const [discarded, setDiscarded] = useState(false);
  const [history, act] = useDraftHistory((kept ?? saved).pql);
  const { root, text } = history.present;
  const draft = useMemo(() => ({ ...about, pql: text }), [about, text]);
  // A draft that was kept began from what was saved then, perhaps not from what is saved now.
  const base = (discarded ? null : kept?.base) ?? audience?.updatedAt ?? null;
  const keeping = useKeeping({ audience, proposal, saved, draft, base });
  const live = useLive(history.present, { revision: useStatus().data?.revision, mergePolicyId: draft.mergePolicyId });
  const saving = useSave({ audience, draft, base, nameField, onSaved: keeping.stop });
  const isDraft = audience === null || audience.lifecycleState === 'draft';
  useBuilderKeys({
    undo: () => act({ type: 'undo' }),
    redo: () => act({ type: 'redo' }),
    save: () => saving.save(isDraft ? 'draft' : null),
  });
  useEffect(() => {
    document.title = `${audience?.name ?? 'New audience'} · Segment Builder · Kindred`;
  }, [audience]);
  const restart = () => {
    setAbout(saved);
    setDiscarded(true);
    act({ type: 'text', text: saved.pql, run: null });
  };
  const change = (news: Partial<AudienceDraft>) => setAbout((old) => ({ ...old, ...news }));
  const builder = useBuilderOf(root, live, { schema, audiences, act });
  return { history, act, draft, change, live, saving, builder, kept: discarded ? null : kept, restart, isDraft };
}
