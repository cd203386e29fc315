/** Edits of the blocks of a composition, and the history of them. */
import type { CompositionBody, CompositionPath } from '@kindred/contract';
import { commit, redo, undo } from '@kindred/pql';
import type { History } from '@kindred/pql';

export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly body: CompositionBody;
}

export type Edit =
  /** Edits with the same `run` in a row, such as typing, are one step of the history. */
  { readonly type: 'change'; readonly news: Partial<Draft>; readonly run?: string } | { readonly type: 'undo' } | { readonly type: 'redo' };

export function reduce(history: History<Draft>, edit: Edit): History<Draft> {
  switch (edit.type) {
    case 'change':
      return commit(history, { ...history.present, ...edit.news }, edit.run ?? null);
    case 'undo':
      return undo(history);
    case 'redo':
      return redo(history);
    default:
      return edit satisfies never;
  }
}

export const sameDraft = (a: Draft, b: Draft): boolean => JSON.stringify(a) === JSON.stringify(b);

type Split = NonNullable<CompositionBody['split']>;

/** Path keys need to differ within their composition only. */
export const newKey = (): string => crypto.randomUUID().slice(0, 8);

/** A body with a split, another one, or none: paths keep their keys, and so their audiences. */
export function withSplit(body: CompositionBody, split: Split | null, key: string): CompositionBody {
  const [first] = body.paths;
  if (first === undefined) return body;
  if (split === null) return { ...body, split, paths: [bare(first)] };
  const paths = body.paths.length > 1 ? body.paths : [first, { key, name: `${first.name} 2` }];
  const plain = paths.map(bare);
  if (split.by === 'percentage') return { ...body, rank: null, split, paths: evenly(plain) };
  const last = plain.length - 1;
  return { ...body, rank: null, split, paths: plain.map((path, index) => (index === last ? path : { ...path, values: [] })) };
}

/** The same share for each; what is left over by rounding goes to the first. */
export function evenly(paths: readonly CompositionPath[]): CompositionPath[] {
  const each = Math.floor(10_000 / paths.length);
  const rest = 10_000 - each * paths.length;
  return paths.map((path, index) => ({ ...path, percent: (each + (index === 0 ? rest : 0)) / 100 }));
}

/** With one more path: before the one for other profiles, with the share that is left. */
export function withPath(body: CompositionBody, key: string): CompositionBody {
  const { split, paths } = body;
  const name = `${paths[0]?.name ?? 'Path'} ${paths.length + 1}`;
  if (split?.by === 'attribute') {
    const others = paths.filter(({ values }) => values === undefined);
    const chosen = paths.filter(({ values }) => values !== undefined);
    return { ...body, paths: [...chosen, { key, name, values: [] }, ...others] };
  }
  const given = paths.reduce((sum, { percent = 0 }) => sum + Math.round(percent * 100), 0);
  return { ...body, paths: [...paths, { key, name, percent: Math.max(0, 10_000 - given) / 100 }] };
}

/** With a path for whom no other path takes, or without it. */
export function withOthers(body: CompositionBody, others: boolean, key: string): CompositionBody {
  const chosen = body.paths.filter(({ values }) => values !== undefined);
  return { ...body, paths: others ? [...chosen, { key, name: `${chosen[0]?.name ?? 'Path'}: others` }] : chosen };
}

function bare({ key, name }: CompositionPath): CompositionPath {
  return { key, name };
}
