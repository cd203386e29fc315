import type { Composition } from '@kindred/contract';

export const STATES: Readonly<Record<Composition['state'], string>> = {
  draft: 'Draft',
  published: 'Published',
  changed: 'Published, changed since',
};
