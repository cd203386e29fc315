/** What schemas are made of: classes, field groups and data types, the standard ones and those of users. */
import { headOf, registryList } from './registry.ts';

export const BLOCK_KINDS = ['classes', 'fieldgroups', 'datatypes'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/** Standard ones lie in the one, those of users in the other. */
export const CONTAINERS = ['tenant', 'global'] as const;
export type Container = (typeof CONTAINERS)[number];

export const KIND_TITLES: Readonly<Record<BlockKind, string>> = {
  classes: 'Class',
  fieldgroups: 'Field group',
  datatypes: 'Data type',
};

export interface Block {
  readonly id: string;
  readonly altId: string;
  readonly title: string;
  readonly description: string;
  readonly kind: BlockKind;
  readonly container: Container;
  /** `$id` of the classes that a field group is for. */
  readonly classes: readonly string[];
}

/** Those of users before the standard ones; classes, field groups, data types; by title. */
export async function loadBlocks(signal: AbortSignal): Promise<readonly Block[]> {
  const lists = CONTAINERS.flatMap((container) => BLOCK_KINDS.map((kind) => blocksOf(container, kind, signal)));
  return (await Promise.all(lists)).flat();
}

async function blocksOf(container: Container, kind: BlockKind, signal: AbortSignal): Promise<readonly Block[]> {
  return (await registryList({ container, kind }, signal)).map((resource) => blockOf(resource, kind, container));
}

export function blockOf(resource: Readonly<Record<string, unknown>>, kind: BlockKind, container: Container): Block {
  const classes = resource['meta:intendedToExtend'];
  return {
    ...headOf(resource),
    description: typeof resource['description'] === 'string' ? resource['description'] : '',
    kind,
    container,
    classes: Array.isArray(classes) ? classes.map(String) : [],
  };
}

export const blockPath = ({ container, kind, altId }: Pick<Block, 'container' | 'kind' | 'altId'>): string =>
  `/schema/blocks/${container}/${kind}/${encodeURIComponent(altId)}`;
