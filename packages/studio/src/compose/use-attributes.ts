import { useMemo } from 'react';
import { fieldTree, leavesOf } from '../schema/fields.ts';
import { useCanvas } from './canvas-context.ts';

const TYPES = { number: new Set(['number', 'integer']), text: new Set(['string']) } as const;

/** Paths of the attributes of a kind that hold data. */
export function useAttributes(kind: keyof typeof TYPES): readonly string[] {
  const { vocabulary } = useCanvas();
  return useMemo(() => {
    if (vocabulary === undefined) return [];
    const { profile, populated } = vocabulary.schema;
    const all = fieldTree(profile, populated.profile).flatMap(leavesOf);
    return all.filter((node) => node.populated && TYPES[kind].has(node.type)).map(({ path }) => path);
  }, [vocabulary, kind]);
}
