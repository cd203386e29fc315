/** The PQL editor: CodeMirror with the language's own lexer for colours and the server's checker for squiggles. */
import { setDiagnostics } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { useEffect, useImperativeHandle, useRef } from 'react';
import { diagnosticsOf } from './diagnostics.ts';
import { createState, setVocabulary } from './extensions.ts';
import type { PqlEditorHandle, PqlEditorProps } from './pql-editor.tsx';

export function CodeEditor({ ref, value, onChange, vocabulary, problems, label, example }: PqlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ value, onChange, words: { label, example } });
  useEffect(() => {
    latest.current = { value, onChange, words: { label, example } };
  });
  useEffect(() => {
    if (host.current === null) return undefined;
    const editor = new EditorView({
      parent: host.current,
      state: createState(latest.current.value, (text) => latest.current.onChange(text), latest.current.words),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value)
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    if (vocabulary) view.current?.dispatch({ effects: setVocabulary.of(vocabulary) });
  }, [vocabulary]);
  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(problems, editor.state.doc.length)));
  }, [problems]);
  useImperativeHandle(ref, () => handleOf(() => view.current), []);
  return <div ref={host} />;
}

function handleOf(current: () => EditorView | null): PqlEditorHandle {
  const replace = (from: number, to: number, insert: string) => {
    const editor = current();
    if (editor === null || to > editor.state.doc.length) return;
    editor.dispatch({
      changes: { from, to, insert },
      selection: { anchor: from + insert.length },
      userEvent: 'input.replace',
      scrollIntoView: true,
    });
    editor.focus();
  };
  return {
    focus: () => current()?.focus(),
    select: ({ from, to }) => {
      const editor = current();
      if (editor === null || to > editor.state.doc.length) return;
      editor.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      editor.focus();
    },
    apply: ({ span, text }) => replace(span.from, span.to, text),
    replaceAll: (text) => replace(0, current()?.state.doc.length ?? 0, text),
  };
}
