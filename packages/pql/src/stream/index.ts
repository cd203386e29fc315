/** Membership that follows the stream: see docs/streaming.md. */
export { StreamEvaluator } from './evaluator.ts';
export type { StreamOptions } from './evaluator.ts';
export { AudienceCycle } from './network.ts';
export type { AudienceName, StreamAudience } from './network.ts';
export { STATE_VERSION, StateMismatch } from './state.ts';
export type { PackedStates } from './states.ts';
export type { Flip, FlipCause } from './step.ts';
