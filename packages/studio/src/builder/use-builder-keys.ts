import { useEffect, useRef } from 'react';

interface Actions {
  readonly undo: () => void;
  readonly redo: () => void;
  readonly save: () => void;
}

/** Of all who listen, the last to come has the keys: a dialog before the page it is opened from. */
const listening: object[] = [];

type Key = keyof Actions | 'search' | 'nextPart' | 'previousPart';

/**
 * Ctrl Z, Ctrl Shift Z or Ctrl Y, Ctrl S anywhere on the page, while the code editor undoes its own typing; F6 and Shift F6 from one part of
 * the page to the next, / to the search for fields.
 */
export function useBuilderKeys(actions: Actions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    listening.push(latest);
    const onKey = (event: KeyboardEvent) => {
      const key = listening.at(-1) === latest ? keyOf(event) : null;
      if (key === null) return;
      event.preventDefault();
      if (key === 'search') document.querySelector<HTMLElement>('[data-part] input[type="search"]')?.focus();
      else if (key === 'nextPart') focusPart(1);
      else if (key === 'previousPart') focusPart(-1);
      else latest.current[key]();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      listening.splice(listening.indexOf(latest), 1);
      window.removeEventListener('keydown', onKey);
    };
  }, []);
}

function keyOf(event: KeyboardEvent): Key | null {
  if (event.key === 'F6') return event.shiftKey ? 'previousPart' : 'nextPart';
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  const within = (selector: string) => event.target instanceof Element && event.target.closest(selector) !== null;
  if (key === '/' && !control) return within('input, textarea, select, .cm-editor') ? null : 'search';
  if (!control || event.altKey) return null;
  if (key === 's') return 'save';
  if (within('.cm-editor')) return null;
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  return key === 'y' ? 'redo' : null;
}

/** The parts of the page say which they are by `data-part`; after the last comes the first. */
function focusPart(step: 1 | -1): void {
  const parts = [...document.querySelectorAll<HTMLElement>('[data-part]')];
  const at = parts.findIndex((part) => part.contains(document.activeElement));
  const next = at === -1 ? (step === 1 ? 0 : parts.length - 1) : (at + step + parts.length) % parts.length;
  parts[next]?.focus();
}
