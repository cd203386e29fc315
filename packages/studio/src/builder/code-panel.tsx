import { format as formatQuery, readQuery } from '@kindred/pql';
import { useRef } from 'react';
import type { Vocabulary } from '../editor/completion.ts';
import { PqlEditor } from '../editor/pql-editor.tsx';
import type { PqlEditorHandle } from '../editor/pql-editor.tsx';
import { ProblemList } from '../audiences/problem-list.tsx';
import styles from './code-panel.module.css';
import type { Live } from './use-live.ts';

export interface CodePanelProps {
  readonly text: string;
  readonly live: Live;
  readonly vocabulary: Vocabulary;
  readonly onText: (text: string) => void;
}

/** Text as it is; pql/json from elsewhere becomes the text that says the same. */
function asText(given: string): string {
  if (!given.trimStart().startsWith('{')) return given;
  const { format, text } = readQuery(given, 'pql/text');
  return format === 'pql/json' && text !== null ? formatQuery(text) : given;
}

/** The same rule as PQL: what is written here is drawn, what is drawn is written here. */
export function CodePanel({ text, live, vocabulary, onText }: CodePanelProps) {
  const editor = useRef<PqlEditorHandle>(null);
  const problems = live.checked === text ? (live.check?.problems ?? []) : [];
  return (
    <section aria-label="Code view" data-part tabIndex={-1} className={styles.panel}>
      <PqlEditor ref={editor} value={text} onChange={(typed) => onText(asText(typed))} vocabulary={vocabulary} problems={problems} />
      <ProblemList
        problems={problems}
        missing={false}
        onGo={(span) => editor.current?.select(span)}
        onFix={(fix) => editor.current?.apply(fix)}
      />
    </section>
  );
}
