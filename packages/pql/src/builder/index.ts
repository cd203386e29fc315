/** The builder: rules as pictures, edits, history. */
export { apply, canBeStep, canMove, parentOf, scopeAt, slotOf } from './commands.ts';
export type { Command, Slot } from './commands.ts';
export { fromAst } from './from-ast.ts';
export type { Loaded } from './from-ast.ts';
export { commit, redo, startHistory, undo } from './history.ts';
export type { History } from './history.ts';
export { loadText, treeText } from './load.ts';
export { funnelOf, nodeAt, sizingOf } from './sizes.ts';
export type { SizedPlace, Sizing } from './sizes.ts';
export { tidy } from './tidy.ts';
export { toAst } from './to-ast.ts';
export { ANY_EVENT, AT_LEAST_ONE, common, container, isPlain } from './tree.ts';
export type * from './tree.ts';
export { childrenOfNode, findNode, minter, nodesOfTree, rebuild, replaceNode, wayTo, withNewIds, withoutIds } from './walk.ts';
