import type { SchemaBody } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { ButtonGroup } from '@react-spectrum/s2/ButtonGroup';
import { FullscreenDialog } from '@react-spectrum/s2/FullscreenDialog';
import { Content, Heading } from '@react-spectrum/s2/Dialog';
import { useStatus } from '../shell/status-context.tsx';
import { BuilderContext } from './builder-context.ts';
import type { NamedAudience } from './builder-context.ts';
import styles from './builder-screen.module.css';
import { Canvas } from './canvas.tsx';
import { InWords, Size, WhoIsIn } from './findings.tsx';
import { Palette } from './palette.tsx';
import rail from './properties.module.css';
import { Said } from './said.tsx';
import { useBuilderKeys } from './use-builder-keys.ts';
import { useBuilderOf } from './use-builder-of.ts';
import { useDraftHistory } from './use-draft-history.ts';
import { useLive } from './use-live.ts';
import { UndoRedo } from '../ui/undo-redo.tsx';

export interface RuleDialogProps {
  /** What the rule is of. */
  readonly title: string;
  readonly pql: string;
  readonly schema: SchemaBody;
  readonly audiences: readonly NamedAudience[];
  readonly onUse: (pql: string) => void;
  readonly onClose: () => void;
}

/** The picture of a rule that is part of something else: what it finds is seen before it is used. */
export function RuleDialog({ title, pql, schema, audiences, onUse, onClose }: RuleDialogProps) {
  const [history, act] = useDraftHistory(pql);
  const { root, text, broken } = history.present;
  const live = useLive(history.present, { revision: useStatus().data?.revision, mergePolicyId: null });
  const builder = useBuilderOf(root, live, { schema, audiences, act });
  const undo = () => act({ type: 'undo' });
  const redo = () => act({ type: 'redo' });
  const use = () => {
    onUse(text);
    onClose();
  };
  useBuilderKeys({ undo, redo, save: use });
  return (
    <BuilderContext value={builder}>
      <FullscreenDialog>
        <Heading slot="title">{title}</Heading>
        <Content>
          <div className={`own ${styles.dialog}`}>
            <Palette />
            <div className={styles.middle}>
              <Canvas root={root} broken={broken} />
            </div>
            <section aria-label="What it finds" data-part tabIndex={-1} className={rail.rail}>
              <Size live={live} />
              <InWords live={live} />
              <WhoIsIn live={live} pql={text} mergePolicyId={null} />
            </section>
          </div>
          <Said />
        </Content>
        <ButtonGroup>
          <UndoRedo canUndo={history.past !== null} canRedo={history.future !== null} onUndo={undo} onRedo={redo} />
          <Button variant="secondary" onPress={onClose}>
            Cancel
          </Button>
          <Button variant="accent" onPress={use}>
            Use this rule
          </Button>
        </ButtonGroup>
      </FullscreenDialog>
    </BuilderContext>
  );
}
