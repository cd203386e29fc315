import type { NodeId, TreeNode } from '@kindred/pql';
import { ActionMenu } from '@react-spectrum/s2/ActionMenu';
import { MenuItem } from '@react-spectrum/s2/Menu';
import { Keyboard } from '@react-spectrum/s2/Keyboard';
import { Text } from '@react-spectrum/s2/Text';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { useBuilder, useMoment } from './builder-context.ts';
import styles from './card.module.css';
import { DragHandle, useDraggable } from './drag-handle.tsx';
import { actionOfKeys, actionsFor, besides, commandOf } from './node-actions.ts';
import type { NodeAction } from './node-actions.ts';
import { SizeOf } from './size-of.tsx';

export interface CardFrameProps {
  readonly node: TreeNode;
  /** What it is, for screen readers and announcements. */
  readonly label: string;
  readonly className?: string | undefined;
  readonly main: ReactNode;
  readonly children?: ReactNode;
  readonly size?: ReactNode;
}

/** The frame of every card: grip, contents, size, menu, remark, problems. Keys on the card itself edit it. */
export function CardFrame({ node, label, className, main, children, size }: CardFrameProps) {
  const { run, store } = useBuilder();
  const { dragProps, dragButtonProps } = useDraggable({ kind: 'node', id: node.id, title: label });
  const frame = useRef<HTMLDivElement>(null);
  const excluded = node.kind === 'step' ? node.negated : node.exclude;
  const off = node.kind !== 'step' && node.off;
  const { act, onKeyDown } = useNodeActions(node, label, frame);
  const lifted = useMoment(({ dragged }) => dragged?.kind === 'node' && dragged.id === node.id);
  const selected = useMoment((moment) => moment.selected === node.id);
  const problems = useMoment(({ live }) => live.problems.get(node.id)) ?? [];
  useFocusAfterDrop(lifted, frame);
  const classes = [
    styles.card,
    className,
    excluded && styles.excluded,
    off && styles.off,
    selected && styles.selected,
    lifted && styles.lifted,
  ];
  return (
    <div
      {...dragProps}
      ref={frame}
      role="group"
      aria-label={`${excluded ? 'Not: ' : ''}${label}${off ? ', switched off' : ''}`}
      tabIndex={0}
      data-node={node.id}
      className={classes.filter(Boolean).join(' ')}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        event.stopPropagation();
        store.change({ selected: node.id });
      }}
    >
      <div className={styles.header}>
        <DragHandle label={label} dragButtonProps={dragButtonProps} />
        <div className={styles.main}>
          {excluded && <span className={`${styles.tag} ${styles.negative}`}>{node.kind === 'step' ? 'Must not happen' : 'Exclude'}</span>}
          {off && <span className={styles.tag}>Off</span>}
          {main}
        </div>
        {size ?? <SizeOf id={node.id} />}
        <NodeMenu node={node} label={label} act={act} />
      </div>
      {node.kind !== 'step' && (
        <Remark note={node.note} onChange={(note) => run({ type: 'replace', node: { ...node, note } }, `note ${node.id}`)} />
      )}
      {children}
      {problems.map(({ severity, message }) => (
        <p key={message} className={severity === 'error' ? styles.problem : styles.hint}>
          {message}
        </p>
      ))}
    </div>
  );
}

/** Actions by menu and, while the card itself has the focus, by keys. */
function useNodeActions(node: TreeNode, label: string, frame: RefObject<HTMLDivElement | null>) {
  const { store, run } = useBuilder();
  const act = (action: NodeAction) => {
    const { root } = store.current();
    const command = commandOf(root, node, action);
    if (command !== null) run(command);
    if (command?.type === 'remove') focusCard(besides(root, node.id));
    store.change({ said: `${label}: ${action}` });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = event.target === frame.current ? actionOfKeys(event) : null;
    if (action === null) return;
    event.preventDefault();
    event.stopPropagation();
    act(action);
  };
  return { act, onKeyDown };
}

/** The first of them that has a card, once it is drawn; else the canvas. */
function focusCard(ids: readonly NodeId[]): void {
  requestAnimationFrame(() => {
    const cards = ids.map((id) => document.querySelector<HTMLElement>(`[data-node="${id}"]`));
    const found = cards.find((card) => card !== null) ?? document.querySelector<HTMLElement>('[data-part][aria-label="Rule"]');
    found?.focus();
  });
}

function NodeMenu({ node, label, act }: { readonly node: TreeNode; readonly label: string; readonly act: (action: NodeAction) => void }) {
  const { run } = useBuilder();
  const items = actionsFor(node);
  return (
    <ActionMenu
      isQuiet
      size="S"
      aria-label={`Actions of ${label}`}
      onAction={(key) => {
        if (key !== 'note') act(key as NodeAction);
        else if (node.kind !== 'step') run({ type: 'replace', node: { ...node, note: node.note === '' ? 'Remark' : '' } });
      }}
    >
      {[
        ...items.map(({ action, label: text, keys }) => (
          <MenuItem key={action} id={action} textValue={text}>
            <Text slot="label">{text}</Text>
            {keys !== '' && <Keyboard>{keys}</Keyboard>}
          </MenuItem>
        )),
        ...(node.kind === 'step'
          ? []
          : [
              <MenuItem key="note" id="note" textValue="Remark">
                <Text slot="label">{node.note === '' ? 'Add a remark' : 'Remove the remark'}</Text>
              </MenuItem>,
            ]),
      ]}
    </ActionMenu>
  );
}

function Remark({ note, onChange }: { readonly note: string; readonly onChange: (note: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  if (note === '' && typed === null) return null;
  return (
    <textarea
      className={styles.note}
      aria-label="Remark"
      rows={1}
      value={typed ?? note}
      onChange={({ target }) => {
        setTyped(target.value);
        if (target.value !== '') onChange(target.value);
      }}
      onBlur={() => {
        if (typed === '') onChange('');
        setTyped(null);
      }}
    />
  );
}

/** After a drop the focus follows the card to its new place. */
function useFocusAfterDrop(lifted: boolean, frame: RefObject<HTMLDivElement | null>): void {
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !lifted) frame.current?.focus();
    was.current = lifted;
  }, [lifted, frame]);
}
