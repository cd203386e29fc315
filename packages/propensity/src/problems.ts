/** What can be wrong with what the kernel is given. The caller decides what to tell a user of it. */
export type PropensityErrorCode =
  | 'length-mismatch'
  | 'no-rows'
  | 'no-features'
  | 'one-class'
  | 'bad-option'
  | 'bad-weight'
  | 'missing-column'
  | 'too-large'
  | 'unknown-model'
  | 'damaged-model';

export class PropensityError extends Error {
  readonly code: PropensityErrorCode;

  constructor(code: PropensityErrorCode, message: string) {
    super(message);
    this.name = 'PropensityError';
    this.code = code;
  }
}

/** @throws PropensityError `length-mismatch` */
export function requireLength(what: string, found: number, wanted: number): void {
  if (found !== wanted)
    throw new PropensityError('length-mismatch', `${what} has ${found} values, but there are ${wanted} rows: give one a row`);
}

/** @throws PropensityError `bad-option` */
export function requireOption(holds: boolean, what: string): void {
  if (!holds) throw new PropensityError('bad-option', what);
}
