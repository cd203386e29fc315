/** What values a field has in the data, asked for when somebody wants to know. */
import { routes } from '@kindred/contract';
import type { FieldValues } from '@kindred/contract';
import type { FieldPath } from '@kindred/pql';
import { useEffect, useState } from 'react';
import { call } from '../api/session.ts';

/** A field by where it lies in the data; null: nowhere that values are counted. */
export interface FieldPlace {
  readonly of: 'profile' | 'event';
  readonly path: readonly string[];
}

const LIMIT = 200;
/** Answers stay for as long as the page is open: suggestions need not be of this second. */
const answers = new Map<string, FieldValues>();

/** Undefined while nobody wants it, while it is under way, and when it could not be had: rules are written without it too. */
export function useFieldValues(place: FieldPlace | null, wanted: boolean): FieldValues | undefined {
  const key = place === null ? '' : `${place.of} ${place.path.join('.')}`;
  const [, arrived] = useState(0);
  const asks = wanted && place !== null && !answers.has(key);
  useEffect(() => {
    if (!asks) return undefined;
    const controller = new AbortController();
    const [of = 'profile', path = ''] = key.split(' ');
    call(routes.listFieldValues, {
      query: { of: of === 'event' ? 'event' : 'profile', path, limit: LIMIT },
      signal: controller.signal,
    }).then(
      (found) => {
        answers.set(key, found);
        arrived((count) => count + 1);
      },
      () => undefined,
    );
    return () => controller.abort();
  }, [asks, key]);
  return answers.get(key);
}

/** Null for paths through maps: their values are not counted. */
export function placeOf(base: FieldPlace, path: FieldPath): FieldPlace | null {
  const names = path.filter((part) => typeof part === 'string');
  return names.length === path.length ? { of: base.of, path: [...base.path, ...names] } : null;
}
