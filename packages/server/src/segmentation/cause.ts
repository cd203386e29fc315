/** Why somebody entered an audience or left it. */

/**
 * - `event`: something they did became known
 * - `attributes`: something said of them became known
 * - `time`: a window passed what they did, nothing else happened
 * - `identity`: they turned out to be one with others, or several
 * - `rule`: the rule is new, or was edited
 * - `evaluation`: everybody was evaluated, by a job or as too much had changed to look at each
 * - `list`: the list of an audience from outside was replaced or is over
 * - `removal`: they are no more
 */
export const CAUSES = ['event', 'attributes', 'time', 'identity', 'rule', 'evaluation', 'list', 'removal'] as const;
export type CauseKind = (typeof CAUSES)[number];

export interface Cause {
  readonly kind: CauseKind;
  /** `_id` of the event; null for other causes. */
  readonly event: string | null;
  /** When it happened, epoch ms: the timestamp of the event, the instant at which time turned the rule; else when it was decided. */
  readonly at: number;
}
