export type { SqlContext } from './context.ts';
export type { LeafQuery } from './leaf-query.ts';
export { leafQuery } from './leaf-query.ts';
