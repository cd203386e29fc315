import type { ObjectType } from '@kindred/pql';
import { describe, expect, it } from 'vitest';
import { fieldTree, filterFields } from '../src/schema/fields.ts';

const root: ObjectType = {
  kind: 'object',
  fields: {
    person: {
      type: {
        kind: 'object',
        fields: {
          name: { type: { kind: 'object', fields: { lastName: { type: { kind: 'string' } } } } },
          gender: { type: { kind: 'string' } },
        },
      },
    },
    items: {
      type: { kind: 'array', items: { kind: 'object', fields: { SKU: { type: { kind: 'string' }, description: 'Stock keeping unit' } } } },
    },
    empty: { type: { kind: 'boolean' } },
  },
};
const tree = fieldTree(root, ['person.name.lastName', 'items.SKU']);
const paths = (nodes: typeof tree): readonly string[] => nodes.flatMap((node) => [node.path, ...paths(node.children)]);

describe('the schema as a tree', () => {
  it('reads through lists, by name', () =>
    expect(paths(tree)).toEqual(['empty', 'items', 'items.SKU', 'person', 'person.gender', 'person.name', 'person.name.lastName']));
  it('keeps what holds data and the way to it', () =>
    expect(paths(filterFields(tree, { words: [], populatedOnly: true }))).toEqual([
      'items',
      'items.SKU',
      'person',
      'person.name',
      'person.name.lastName',
    ]));
  it('finds by description, and shows the way to what it found', () =>
    expect(paths(filterFields(tree, { words: ['stock'], populatedOnly: false }))).toEqual(['items', 'items.SKU']));
  it('shows everything below what fits', () =>
    expect(paths(filterFields(tree, { words: ['person.name'], populatedOnly: false }))).toContain('person.name.lastName'));
});
