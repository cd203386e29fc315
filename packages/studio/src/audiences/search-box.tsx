import { SearchField } from '@react-spectrum/s2/SearchField';
import { useEffect, useRef, useState } from 'react';
import { useQuiet } from '../ui/use-quiet.ts';
import styles from './list-page.module.css';

/** What is typed is shown at once; the address, and the list with it, follow after a moment. */
export function SearchBox({ value, onChange }: { readonly value: string; readonly onChange: (search: string) => void }) {
  const [typed, setTyped] = useState(value);
  const quiet = useQuiet(typed);
  const latest = useRef({ value, onChange, isTyping: false });
  /** Told, and not yet come back as the value. */
  const told = useRef<string[]>([]);
  useEffect(() => {
    latest.current = { value, onChange, isTyping: typed !== quiet };
  });
  useEffect(() => {
    if (quiet === latest.current.value) return;
    told.current.push(quiet);
    latest.current.onChange(quiet);
  }, [quiet]);
  useEffect(() => {
    const at = told.current.indexOf(value);
    // What comes from outside while one types was asked for before: what is being typed is told after it.
    if (at === -1) setTyped((now) => (latest.current.isTyping ? now : value));
    else told.current.splice(0, at + 1);
  }, [value]);
  return (
    <SearchField
      aria-label="Search audiences"
      placeholder="Name, description, tag or rule"
      value={typed}
      onChange={setTyped}
      UNSAFE_className={styles.search ?? ''}
    />
  );
}
