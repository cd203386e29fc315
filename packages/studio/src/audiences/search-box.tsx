import { SearchField } from '@react-spectrum/s2/SearchField';
import { useEffect, useRef, useState } from 'react';
import { useQuiet } from '../ui/use-quiet.ts';
import styles from './list-page.module.css';

/** What is typed is shown at once; the address, and the list with it, follow after a moment. */
export function SearchBox({ value, onChange }: { readonly value: string; readonly onChange: (search: string) => void }) {
  const [typed, setTyped] = useState(value);
  const quiet = useQuiet(typed);
  const latest = useRef({ value, onChange });
  /** Told, and not yet come back as the value. */
  const told = useRef<string[]>([]);
  useEffect(() => {
    latest.current = { value, onChange };
  });
  useEffect(() => {
    if (quiet === latest.current.value) return;
    told.current.push(quiet);
    latest.current.onChange(quiet);
  }, [quiet]);
  useEffect(() => {
    const at = told.current.indexOf(value);
    if (at === -1) setTyped(value);
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
