/** Undo without end: states are immutable and share their parts, so that keeping them all costs little. */

interface Link<T> {
  readonly value: T;
  readonly rest: Link<T> | null;
}

export interface History<T> {
  readonly present: T;
  readonly past: Link<T> | null;
  readonly future: Link<T> | null;
  /** What the last edit was part of; edits of one kind in a row, such as typing, are one step. Null: of nothing. */
  readonly run: string | null;
}

export const startHistory = <T>(present: T): History<T> => ({ present, past: null, future: null, run: null });

export function commit<T>(history: History<T>, present: T, run: string | null = null): History<T> {
  if (present === history.present) return history;
  if (run !== null && run === history.run) return { ...history, present, future: null };
  return { present, past: { value: history.present, rest: history.past }, future: null, run };
}

export function undo<T>({ present, past, ...history }: History<T>): History<T> {
  if (past === null) return { ...history, present, past };
  return { present: past.value, past: past.rest, future: { value: present, rest: history.future }, run: null };
}

export function redo<T>({ present, future, ...history }: History<T>): History<T> {
  if (future === null) return { ...history, present, future };
  return { present: future.value, past: { value: present, rest: history.past }, future: future.rest, run: null };
}
