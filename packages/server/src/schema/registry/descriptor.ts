/** Descriptors: what is said of a schema from outside of it. */
import type { Json } from '../field-group.ts';

export const DESCRIPTOR_TYPES = [
  'xdm:descriptorIdentity',
  'xdm:alternateDisplayInfo',
  'xdm:descriptorOneToOne',
  'xdm:descriptorReferenceIdentity',
  'xdm:descriptorRelationship',
  'xdm:descriptorLabel',
] as const;

export type DescriptorType = (typeof DESCRIPTOR_TYPES)[number];

export interface Descriptor {
  /** `@id` */
  readonly id: string;
  readonly type: DescriptorType;
  /** `$id` of the schema it is about. */
  readonly schema: string;
  /** As it was given. */
  readonly body: Json;
}

/** The steps of `xdm:sourceProperty`: `/personalEmail/address`, and `/productListItems[*]/SKU` through an array. */
export function pathOf(property: unknown): readonly string[] {
  return String(property)
    .split('/')
    .map((step) => step.replace(/\[\*\]$/, ''))
    .filter((step) => step !== '' && step !== '*');
}
