import type { Problem } from '@kindred/contract';
import { lazy, Suspense } from 'react';
import type { Ref } from 'react';
import type { Vocabulary } from './completion.ts';
import type { Fix } from './fix-label.ts';
import styles from './pql-editor.module.css';

export interface PqlEditorHandle {
  readonly focus: () => void;
  readonly select: (span: Problem['span']) => void;
  /** Replaces a span, as one step of the history. */
  readonly apply: (fix: Fix) => void;
  readonly replaceAll: (text: string) => void;
}

export interface PqlEditorProps {
  readonly ref: Ref<PqlEditorHandle>;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** For completion; none is offered while unknown. */
  readonly vocabulary: Vocabulary | undefined;
  /** Of exactly this value; empty while it is being checked. */
  readonly problems: readonly Problem[];
  /** What screen readers call it. */
  readonly label?: string;
  /** Stands there while it is empty. */
  readonly example?: string;
  /** Only as high as its text. */
  readonly low?: boolean;
}

const loadEditor = () => import('./code-editor.tsx');

/** CodeMirror comes as a chunk of its own; its place is kept meanwhile. */
const CodeEditor = lazy(async () => ({ default: (await loadEditor()).CodeEditor }));

/** Fetches the chunk before it is needed, so that the editor opens at once, and without a connection too. */
export function preloadEditor(): void {
  loadEditor().catch(() => undefined);
}

export function PqlEditor(props: PqlEditorProps) {
  return (
    <div className={props.low ? styles.low : styles.editor}>
      <Suspense fallback={<div className={styles.waiting} aria-busy="true" />}>
        <CodeEditor {...props} />
      </Suspense>
    </div>
  );
}
