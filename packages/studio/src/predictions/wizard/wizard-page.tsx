import { routes } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Button } from '@react-spectrum/s2/Button';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { call } from '../../api/session.ts';
import { toError, useAction, useResource } from '../../api/use-resource.ts';
import { preloadEditor } from '../../editor/pql-editor.tsx';
import { useVocabulary } from '../../editor/use-vocabulary.ts';
import { useStatus } from '../../shell/status-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { BasicsStep } from './basics-step.tsx';
import { DetailsStep } from './details-step.tsx';
import { bodyOf, draftFrom, EMPTY, missingOf, useKeptDraft } from './draft.ts';
import type { PredictionDraft, StepId } from './draft.ts';
import { GoalStep } from './goal-step.tsx';
import { PopulationStep } from './population-step.tsx';
import { ReadinessPanel } from './readiness-panel.tsx';
import { ReviewStep } from './review-step.tsx';
import type { StepProps } from './step.ts';
import { StepList, STEPS } from './step-list.tsx';
import { useReadiness } from './use-readiness.ts';
import styles from './wizard.module.css';

const PARENT = { title: 'Predictions', href: '/predictions' };

/** A new prediction; `?from=<id>` begins with a copy of another one. */
export function WizardPage() {
  const from = useSearchParams()[0].get('from');
  const source = useResource(`prediction to copy ${from}`, async (signal) =>
    from === null ? null : await call(routes.getPrediction, { params: { id: from }, signal }),
  );
  const initial = useMemo(() => (source.data ? draftFrom(source.data) : EMPTY), [source.data]);
  if (source.data !== undefined) return <Wizard key={from} from={from} initial={initial} />;
  return (
    <Page title="New prediction" parent={PARENT}>
      {source.error ? (
        <Failure error={source.error} retry={source.reload} title="The prediction to copy could not be loaded" />
      ) : (
        <Skeleton lines={6} height={32} />
      )}
    </Page>
  );
}

const BODIES = { basics: BasicsStep, population: PopulationStep, goal: GoalStep, details: DetailsStep, review: ReviewStep } as const;

function Wizard({ from, initial }: { readonly from: string | null; readonly initial: PredictionDraft }) {
  const { draft, change, restored, discard, finish } = useKeptDraft(from, initial);
  const { step, go } = useStep();
  const vocabulary = useVocabulary();
  const counted = useReadiness(draft, useStatus().data?.revision);
  const missing = missingOf(draft);
  const [tried, setTried] = useState(false);
  const create = useCreate(draft, finish);
  const Body = BODIES[step];
  const submit = (train: boolean) => {
    setTried(true);
    const first = missing[0];
    if (first !== undefined) go(first.step);
    else if (!create.running) void create.run(train);
  };
  const properties: StepProps = { draft, change, vocabulary, missing: tried ? missing.filter((each) => each.step === step) : [], go };
  useEffect(preloadEditor, []);
  return (
    <Page
      wide
      title="New prediction"
      parent={PARENT}
      subtitle={
        restored ? <Restored onDiscard={discard} /> : 'How likely each person is to do something, learned from what people did before.'
      }
    >
      <div className={styles.columns}>
        <StepList step={step} missing={tried ? missing : []} onGo={go} />
        <div className={styles.main}>
          <Body {...properties} />
          {create.error && <Failure error={create.error} title="The prediction was not created" />}
          <Moves step={step} onGo={go} creating={create.running} onCreate={submit} />
        </div>
        <div className={styles.rail}>
          <ReadinessPanel draft={draft} counted={counted} />
        </div>
      </div>
    </Page>
  );
}

interface MovesProps {
  readonly step: StepId;
  readonly onGo: (step: StepId) => void;
  readonly creating: boolean;
  readonly onCreate: (train: boolean) => void;
}

function Moves({ step, onGo, creating, onCreate }: MovesProps) {
  const index = STEPS.findIndex(({ id }) => id === step);
  const [before, after] = [STEPS[index - 1], STEPS[index + 1]];
  return (
    <div className={styles.moves}>
      {before && (
        <Button variant="secondary" onPress={() => onGo(before.id)}>
          Back
        </Button>
      )}
      {after ? (
        <Button variant="accent" onPress={() => onGo(after.id)}>
          Next
        </Button>
      ) : (
        // Not isPending: its announcement would outlive the page, and with it the label that it points to.
        <>
          <Button variant="secondary" isDisabled={creating} onPress={() => onCreate(false)}>
            Create
          </Button>
          <Button variant="accent" isDisabled={creating} onPress={() => onCreate(true)}>
            Create and train
          </Button>
        </>
      )}
    </div>
  );
}

function Restored({ onDiscard }: { readonly onDiscard: () => void }) {
  return (
    <span className={styles.restored}>
      You had begun this one.
      <ActionButton size="S" onPress={onDiscard}>
        Start again
      </ActionButton>
    </span>
  );
}

/** The step is in the address: the browser's own Back goes one step back, and a reload stays. */
function useStep() {
  const [query, setQuery] = useSearchParams();
  const asked = query.get('step');
  const step: StepId = STEPS.find(({ id }) => id === asked)?.id ?? 'basics';
  const go = (next: StepId) =>
    setQuery((old) => {
      const news = new URLSearchParams(old);
      news.set('step', next);
      return news;
    });
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    document.querySelector<HTMLElement>('#step-title')?.focus();
  }, [step]);
  return { step, go };
}

function useCreate(draft: PredictionDraft, finish: () => void) {
  const navigate = useNavigate();
  return useAction(async (train: boolean) => {
    const { id, name } = await call(routes.createPrediction, { body: bodyOf(draft) });
    finish();
    if (train) await startTraining(id);
    ToastQueue.positive(`Created “${name}”`, { timeout: 5000 });
    await navigate(`/predictions/${id}`);
  });
}

/** It is created already: why it does not train is told in passing, and its own page can try again. */
async function startTraining(id: string): Promise<void> {
  try {
    await call(routes.trainPrediction, { params: { id } });
  } catch (error) {
    ToastQueue.negative(`Training did not start. ${toError(error).message}`);
  }
}
