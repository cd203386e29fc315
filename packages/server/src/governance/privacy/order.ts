/** What somebody asked for about people or datasets, and what was done. */
import type { Identity } from '../../identity/index.ts';
import type { PrivacyOrderKind, PrivacyOrderStatus } from '../../store/index.ts';

export interface OrderRequest {
  /** Whom it is about; nobody: a whole dataset. */
  readonly identities: readonly Identity[];
  /** Only what this dataset brought; null: everything, the identities too. */
  readonly dataset: string | null;
  readonly access: boolean;
  readonly erase: boolean;
  /** What the documented API keeps and gives back. */
  readonly documented: Readonly<Record<string, unknown>>;
}

/** What an order found when it began: a deletion that goes on after a crash may find it gone. */
export interface OrderTargets {
  readonly profiles: readonly number[];
  /** All identities of those people, and those asked for. */
  readonly identities: readonly Identity[];
}

export interface OrderReport {
  readonly profiles: number;
  readonly identities: number;
  /** What was taken away, by where it was; empty when nothing was to be erased. */
  readonly removed: Readonly<Record<string, number | string[]>>;
  /** What was counted afterwards. A completed deletion has left nothing. */
  readonly left: Readonly<Record<string, number>>;
  readonly startedAt: string;
  readonly endedAt: string;
  /** SHA-256 of the request, the numbers and the times, hexadecimal. */
  readonly digest: string;
  /** Why it failed. */
  readonly error?: string;
}

export interface Order {
  readonly id: string;
  readonly kind: PrivacyOrderKind;
  readonly status: PrivacyOrderStatus;
  readonly request: OrderRequest;
  readonly report: OrderReport | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
}

export type PrivacyErrorCode = 'privacy-order-not-found' | 'privacy-order-under-way' | 'privacy-content-missing';

/** Something about privacy orders that cannot be had. */
export class PrivacyError extends Error {
  override readonly name = 'PrivacyError';
  readonly code: PrivacyErrorCode;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: PrivacyErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
