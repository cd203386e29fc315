/** A prediction while it is defined, and its copy in the browser: a closed tab loses nothing. */
import type { CallInput, Prediction, Routes } from '@kindred/contract';
import { useEffect, useRef, useState } from 'react';

export type NewPrediction = CallInput<Routes['createPrediction']>['body'];

/** A condition on events in a list that can be changed; the id is the browser's own. */
export interface EventDraft {
  readonly id: string;
  /** Empty: made from the condition. */
  readonly name: string;
  readonly condition: string;
}

export interface PredictionDraft {
  readonly name: string;
  readonly description: string;
  /** Empty: made from the name. */
  readonly key: string;
  readonly kind: Prediction['kind'];
  readonly occurs: 'will' | 'willNot';
  readonly match: 'all' | 'any';
  readonly events: readonly EventDraft[];
  readonly windowDays: number;
  /** Null: whoever was active lately. */
  readonly population: string | null;
  readonly exclusions: readonly EventDraft[];
  readonly customEvents: readonly EventDraft[];
  readonly excludedFields: readonly string[];
  readonly buckets: Prediction['buckets'];
  readonly schedule: Prediction['schedule'];
}

export const EMPTY: PredictionDraft = {
  name: '',
  description: '',
  key: '',
  kind: 'conversion',
  occurs: 'will',
  match: 'any',
  events: [],
  windowDays: 14,
  population: null,
  exclusions: [],
  customEvents: [],
  excludedFields: [],
  buckets: { high: 10, medium: 30 },
  schedule: { score: 'daily', train: 'monthly', refresh: true },
};

export const newEvent = (condition = '', name = ''): EventDraft => ({ id: crypto.randomUUID(), name, condition });

/** A copy to begin with: everything but its name and key. */
export function draftFrom({ name, description, kind, goal, population, ...rest }: Prediction): PredictionDraft {
  const { exclusions, customEvents, excludedFields, buckets, schedule } = rest;
  return {
    name: `${name} (copy)`,
    description,
    key: '',
    kind,
    occurs: goal.occurs,
    match: goal.match,
    events: goal.events.map((event) => newEvent(event.condition, event.name)),
    windowDays: goal.windowDays,
    population,
    exclusions: exclusions.map((condition) => newEvent(condition)),
    customEvents: customEvents.map((event) => newEvent(event.condition, event.name)),
    excludedFields,
    buckets,
    schedule,
  };
}

const written = ({ condition }: EventDraft): boolean => condition.trim() !== '';

/** What the API takes; rows that are empty are left out. */
export function bodyOf(draft: PredictionDraft): NewPrediction {
  const { name, description, key, kind, occurs, match, windowDays, population, excludedFields, buckets, schedule } = draft;
  const title = (event: EventDraft) => (event.name.trim() === '' ? {} : { name: event.name.trim() });
  return {
    name: name.trim(),
    description,
    ...(key.trim() !== '' && { key: key.trim() }),
    kind,
    goal: {
      occurs,
      match,
      events: draft.events.filter(written).map((event) => ({ ...title(event), condition: event.condition })),
      windowDays,
    },
    population,
    exclusions: draft.exclusions.filter(written).map(({ condition }) => condition),
    customEvents: draft.customEvents.filter(written).map((event) => ({ name: event.name.trim(), condition: event.condition })),
    excludedFields: [...excludedFields],
    buckets,
    schedule,
  };
}

export type StepId = 'basics' | 'population' | 'goal' | 'details' | 'review';

export interface Missing {
  readonly step: StepId;
  readonly text: string;
}

/** What has to be said before it can be created. */
export function missingOf(draft: PredictionDraft): readonly Missing[] {
  const found: Missing[] = [];
  if (draft.name.trim() === '') found.push({ step: 'basics', text: 'Give the prediction a name.' });
  if (draft.key !== '' && !/^[A-Za-z][A-Za-z0-9]{0,39}$/.test(draft.key))
    found.push({ step: 'basics', text: 'The key begins with a letter, and has letters and digits only, 40 at most.' });
  if (draft.population?.trim() === '') found.push({ step: 'population', text: 'Write a rule for the eligible population.' });
  if (!draft.events.some(written)) found.push({ step: 'goal', text: 'Choose an event that the goal is about.' });
  if (draft.customEvents.some((event) => written(event) && event.name.trim() === ''))
    found.push({ step: 'details', text: 'Give each custom event a name.' });
  if (draft.buckets.high + draft.buckets.medium >= 100)
    found.push({ step: 'review', text: 'The high and the medium bucket together have less than 100 per cent.' });
  return found;
}

const KEEP_AFTER_MS = 300;
const storageKey = (from: string | null): string => `kindred.prediction.draft.${from ?? 'new'}`;

/**
 * The draft that was kept, or the one given.
 * @param from id of the prediction that it is a copy of
 */
export function useKeptDraft(from: string | null, initial: PredictionDraft) {
  const [draft, setDraft] = useState<PredictionDraft>(() => {
    const kept = localStorage.getItem(storageKey(from));
    return kept === null ? initial : { ...initial, ...(JSON.parse(kept) as Partial<PredictionDraft>) };
  });
  const [restored, setRestored] = useState(() => localStorage.getItem(storageKey(from)) !== null);
  const done = useRef(false);
  const leave = useRef<() => void>(() => undefined);
  useEffect(() => {
    const keep = () => {
      if (done.current) return;
      if (draft === initial) localStorage.removeItem(storageKey(from));
      else localStorage.setItem(storageKey(from), JSON.stringify(draft));
    };
    const timer = setTimeout(keep, KEEP_AFTER_MS);
    window.addEventListener('pagehide', keep);
    leave.current = keep;
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pagehide', keep);
    };
  }, [draft, initial, from]);
  useEffect(() => () => leave.current(), []);
  return {
    draft,
    restored,
    change: (news: Partial<PredictionDraft>) => setDraft((old) => ({ ...old, ...news })),
    discard: () => {
      setDraft(initial);
      setRestored(false);
    },
    /** It is created: nothing is kept any more. */
    finish: () => {
      done.current = true;
      localStorage.removeItem(storageKey(from));
    },
  };
}
