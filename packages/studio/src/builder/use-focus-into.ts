import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';

/** Where the pressed button is gone after a press, the focus goes to what came in its place: `focusInto` says by which selector; the last one counts. */
export function useFocusInto<T extends HTMLElement>(): {
  readonly ref: RefObject<T | null>;
  readonly focusInto: (selector: string) => void;
} {
  const ref = useRef<T>(null);
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const found = [...(ref.current?.querySelectorAll<HTMLElement>(wanted.current) ?? [])].at(-1);
    if (found === undefined) return;
    wanted.current = null;
    found.focus();
  });
  return { ref, focusInto: (selector) => (wanted.current = selector) };
}
