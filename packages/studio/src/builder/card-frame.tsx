import type { TreeNode } from '@kindred/pql';
import { ActionMenu } from '@react-spectrum/s2/ActionMenu';
import { MenuItem } from '@react-spectrum/s2/Menu';
import { Keyboard } from '@react-spectrum/s2/Keyboard';
import { Text } from '@react-spectrum/s2/Text';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { useBuilderState } from './builder-context.ts';
import styles from './card.module.css';
import { DragHandle, useDraggable } from './drag-handle.tsx';
import { actionOfKeys, actionsFor, commandOf } from './node-actions.ts';
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
  const { run, select, selected, dragged, live } = useBuilderState();
  const { dragProps, dragButtonProps, isDragging } = useDraggable({ kind: 'node', id: node.id, title: label });
  const frame = useRef<HTMLDivElement>(null);
  const excluded = node.kind === 'step' ? node.negated : node.exclude;
  const off = node.kind !== 'step' && node.off;
  const { act, onKeyDown } = useNodeActions(node, label, frame);
  useFocusAfterDrop(node.id, frame);
  const problems = live.problems.get(node.id) ?? [];
  const classes = [styles.card, className, excluded && styles.excluded, off && styles.off, selected === node.id && styles.selected];
  return (
    <div
      {...dragProps}
      ref={frame}
      role="group"
      aria-label={`${excluded ? 'Not: ' : ''}${label}${off ? ', switched off' : ''}`}
      tabIndex={0}
      data-node={node.id}
      className={[...classes, (isDragging || (dragged?.kind === 'node' && dragged.id === node.id)) && styles.lifted]
        .filter(Boolean)
        .join(' ')}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        event.stopPropagation();
        select(node.id);
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
      {problems.map((message) => (
        <p key={message} className={styles.problem}>
          {message}
        </p>
      ))}
    </div>
  );
}

/** Actions by menu and, while the card itself has the focus, by keys. */
function useNodeActions(node: TreeNode, label: string, frame: RefObject<HTMLDivElement | null>) {
  const { root, run, announce } = useBuilderState();
  const act = (action: NodeAction) => {
    const command = commandOf(root, node, action);
    if (command !== null) run(command);
    announce(`${label}: ${action}`);
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

function NodeMenu({ node, label, act }: { readonly node: TreeNode; readonly label: string; readonly act: (action: NodeAction) => void }) {
  const { root, run } = useBuilderState();
  const items = actionsFor(root, node);
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
function useFocusAfterDrop(id: string, frame: RefObject<HTMLDivElement | null>): void {
  const { dragged } = useBuilderState();
  const was = useRef(false);
  const mine = dragged?.kind === 'node' && dragged.id === id;
  useEffect(() => {
    if (was.current && dragged === null) frame.current?.focus();
    was.current = mine;
  }, [dragged, mine, frame]);
}
