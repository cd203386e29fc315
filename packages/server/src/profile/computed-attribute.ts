/** A field of the profile that stands for an expression about it. */

export type DurationUnit = 'HOURS' | 'DAYS' | 'WEEKS' | 'MONTHS';
export type ComputedStatus = 'DRAFT' | 'PROCESSED' | 'INACTIVE';

export interface NewComputedAttribute {
  /** Letters and digits; unique, whatever their case. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** PQL whose value is the attribute's. */
  readonly expression: string;
  /** Only events of that long before count; null: all. */
  readonly duration: { readonly count: number; readonly unit: DurationUnit } | null;
  /** Kept as it came: every value is current. */
  readonly keepCurrent: boolean;
  readonly status: Exclude<ComputedStatus, 'INACTIVE'>;
  readonly createdBy: string;
}

export interface ComputedAttribute extends Omit<NewComputedAttribute, 'status'> {
  readonly id: string;
  /** Only PROCESSED ones can be read. */
  readonly status: ComputedStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
