/** Whether a value is known: not null, a list with members, an object or map with something known in it. */
import { whichever } from './pack.ts';
import type { Scope, Shape } from './shape.ts';
import { lengthOf } from './members.ts';
import { any, FALSE, TRUE } from './text.ts';

export function knownTest(shape: Shape, scope: Scope): string {
  switch (shape.shape) {
    case 'scalar':
      return shape.form === null ? FALSE : shape.nullable ? `isNotNull(${shape.sql})` : TRUE;
    case 'mixed':
      return any(Object.values(shape.parts).map((part) => knownTest(part, scope)));
    case 'scalars':
      return shape.sql === '[]' ? FALSE : `notEmpty(${shape.sql})`;
    case 'members':
      return `(${lengthOf(shape, scope)} > 0)`;
    case 'object':
    case 'map':
      return shape.known(scope);
    case 'choice':
      return whichever(shape.condition, knownTest(shape.yes, scope), knownTest(shape.no, scope));
    default:
      return shape satisfies never;
  }
}
