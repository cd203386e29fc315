/** The explanation of the language in the words of the API. */
import type { Evidence as EvidenceBody } from '@kindred/contract';
import type { Evidence, WhyNode } from '@kindred/pql';

export function evidenceBody({ kind, holds, label, evidence, children }: WhyNode): EvidenceBody {
  return {
    op: kind === 'and' || kind === 'or' || kind === 'not' || kind === 'constant' ? kind : 'leaf',
    holds,
    sentence: label,
    found: foundIn(evidence),
    events: evidence.filter(isTimedEvent).map(({ id, timestamp, eventType }) => ({ id, timestamp, eventType: eventType ?? '' })),
    parts: children.map(evidenceBody),
  };
}

/** Values in words; events are listed by themselves. */
function foundIn(evidence: readonly Evidence[]): string | null {
  const values = evidence.flatMap((each) =>
    each.kind === 'value' ? [`${each.path}: ${each.value === null ? 'nothing known' : inWords(each.value)}`] : [],
  );
  return values.length === 0 ? null : values.join(', ');
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

type EventEvidence = Extract<Evidence, { kind: 'event' }>;

/** Every stored event has an id and a time. */
function isTimedEvent(evidence: Evidence): evidence is EventEvidence & { readonly id: string; readonly timestamp: string } {
  return evidence.kind === 'event' && evidence.id !== null && evidence.timestamp !== null;
}
