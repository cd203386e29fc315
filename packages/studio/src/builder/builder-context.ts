/** What every part of the builder can reach: what is known, how to change the rule, and what changes while one builds. */
import type { SchemaBody } from '@kindred/contract';
import type { Command, Container, NodeId } from '@kindred/pql';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Part } from './parts.ts';
import type { Live } from './use-live.ts';

export interface NamedAudience {
  readonly id: string;
  readonly name: string;
  readonly size: number | null;
  readonly pql: string;
  readonly description: string;
}

export type Dragged =
  | { readonly kind: 'node'; readonly id: NodeId; readonly title: string }
  | { readonly kind: 'part'; readonly part: Part };

/** What changes. Cards look at the little of it that is theirs, so that one edit draws one card. */
export interface Moment {
  readonly root: Container;
  readonly live: Live;
  /** What a click in the palette adds to. */
  readonly selected: NodeId | null;
  readonly dragged: Dragged | null;
  /** What happened last, for those who cannot see it. */
  readonly said: string;
}

export interface MomentStore {
  readonly current: () => Moment;
  readonly subscribe: (listener: () => void) => () => void;
  readonly change: (news: Partial<Moment>) => void;
}

export function createMomentStore(first: Moment): MomentStore {
  let moment = first;
  const listeners = new Set<() => void>();
  return {
    current: () => moment,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    change: (news) => {
      moment = { ...moment, ...news };
      for (const listener of listeners) listener();
    },
  };
}

/** The same for as long as the page is open. */
export interface Builder {
  readonly schema: SchemaBody;
  readonly audiences: readonly NamedAudience[];
  readonly store: MomentStore;
  /** Edits with the same `part` in a row are one step of the history. */
  readonly run: (command: Command, part?: string) => void;
}

export const BuilderContext = createContext<Builder | null>(null);

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (builder === null) throw new Error('bug: a part of the builder stands outside of it');
  return builder;
}

/** A value of the moment; `select` gives the same value for as long as nothing about it changed. */
export function useMoment<T>(select: (moment: Moment) => T): T {
  const { store } = useBuilder();
  return useSyncExternalStore(store.subscribe, () => select(store.current()));
}
