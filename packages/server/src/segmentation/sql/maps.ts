/** Maps, as two lists of one length: keys and values. */
import { memberOf } from './members.ts';
import type { List, MapShape, Scalar, Scalars, Scope } from './shape.ts';
import { EMPTY, NULL } from './shape.ts';

export interface MapLists {
  readonly keys: (scope: Scope) => List;
  readonly values: (scope: Scope) => List;
  /** The condition that something in some value is known. */
  readonly known: (scope: Scope) => string;
}

export function mapOf({ keys, values, known }: MapLists): MapShape {
  const keysAt = (scope: Scope): Scalars => {
    const list = keys(scope);
    return list.shape === 'scalars' ? list : EMPTY;
  };
  return {
    shape: 'map',
    keys: keysAt,
    values,
    entry: (key, scope) => {
      const list = keysAt(scope);
      if (list === EMPTY || key.form !== 'string') return NULL;
      return memberOf(values(scope), indexOfKey(list.sql, key), scope);
    },
    known,
  };
}

/**
 * The index of a key. Index 0, of a key that is not there, is before the first entry: null or empty like what is past the
 * end. A key that is null would be found as the empty one.
 */
export function indexOfKey(keys: string, key: Scalar): string {
  const index = `indexOf(${keys}, ${key.sql})`;
  return key.nullable ? `if(isNull(${key.sql}), 0, ${index})` : index;
}
