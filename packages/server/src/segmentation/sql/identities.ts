/** The identities of a profile as its `identityMap`. */
import { bound } from './context.ts';
import { membersOf } from './members.ts';
import type { MapShape, Members, ObjectShape, Scope, Shape } from './shape.ts';
import { NotInSql, NULL } from './shape.ts';

/** From an array of tuples (namespace, id), sorted. */
export function identitiesMap(array: string): MapShape {
  const spaces = `arrayDistinct(arrayMap(x -> x.1, ${array}))`;
  return {
    shape: 'map',
    keys: () => ({ shape: 'scalars', form: 'string', sql: `CAST(${spaces} AS Array(Nullable(String)))` }),
    entry: (key) => (key.form === 'string' ? listOf(`arrayFilter(x -> ifNull(x.1 = ${key.sql}, 0), ${array})`) : NULL),
    values: (scope) => byNamespace(array, spaces, scope),
    known: () => `notEmpty(${array})`,
  };
}

function byNamespace(array: string, spaces: string, scope: Scope): Members {
  const lists = bound(() => `arrayMap(space -> tuple(arrayFilter(x -> x.1 = space, ${array})), ${spaces})`, scope);
  return membersOf({ array: () => lists, member: (tuple) => listOf(`${tuple}.1`) });
}

function listOf(array: string): Members {
  return membersOf({ array: () => array, member: identityOf });
}

function identityOf(tuple: string): ObjectShape {
  const field = (name: string): Shape => {
    if (name === 'id') return { shape: 'scalar', form: 'string', sql: `${tuple}.2`, nullable: false };
    // The identity map in LMDB knows which one is primary.
    if (name === 'primary') throw new NotInSql('which identity is primary');
    return NULL;
  };
  return { shape: 'object', names: ['id'], field, known: () => '1' };
}
