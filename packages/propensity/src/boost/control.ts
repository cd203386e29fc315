/** How threads of a training run speak: a few shared numbers. */

/** Places in the control block. */
export const JOB = 0;
export const PENDING = 1;
export const FAILED = 2;
export const OPERATION = 3;
/** Four arguments from here. */
export const ARGUMENTS = 4;
export const CONTROL_BYTES = 64;

/** Operations. */
export const FILL = 0;
export const STOP = 1;
