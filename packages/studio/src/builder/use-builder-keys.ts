import { useEffect, useRef } from 'react';

interface Actions {
  readonly undo: () => void;
  readonly redo: () => void;
  readonly save: () => void;
}

/** Ctrl Z, Ctrl Shift Z or Ctrl Y, Ctrl S anywhere on the page; the code editor undoes its own typing. */
export function useBuilderKeys(actions: Actions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      const inEditor = event.target instanceof Element && event.target.closest('.cm-editor') !== null;
      const action =
        key === 's' ? 'save' : inEditor ? null : key === 'z' ? (event.shiftKey ? 'redo' : 'undo') : key === 'y' ? 'redo' : null;
      if (action === null) return;
      event.preventDefault();
      latest.current[action]();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
