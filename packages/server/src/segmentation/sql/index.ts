export type { SqlContext } from './context.ts';
export type { LeafQuery, ProfileRange } from './leaf-query.ts';
export { leafQuery } from './leaf-query.ts';
export { numberQuery } from './number-query.ts';
export { selectionCondition } from './selection.ts';
export { NotInSql } from './shape.ts';
