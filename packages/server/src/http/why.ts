/** The explanation of the language in the words of the API. */
import type { Evidence as EvidenceBody, WhyBody } from '@kindred/contract';
import type { Evidence, WhyNode } from '@kindred/pql';
import type { Explained, Why } from '../segmentation/index.ts';

export function whyBody({ definition: { id, name, version }, member, evaluatedAt, ...explained }: Why): WhyBody {
  const { evidence } = explained;
  return {
    audience: { id, name, version },
    member,
    evaluatedAt: evaluatedAt.toISOString(),
    until: instantOf(evidence.until),
    exact: evidence.exact,
    ...explainedBody(explained),
  };
}

export function explainedBody({ missing, evidence }: Explained) {
  return { missing: missing.map((changes) => [...changes]), evidence: evidenceBody(evidence) };
}

/** The last instant that has four digits of a year. */
const LAST = Date.UTC(10_000, 0) - 1;

/** What turns after the year 9999 never does. */
function instantOf(until: number | null): string | null {
  return until === null || until > LAST ? null : new Date(until).toISOString();
}

function evidenceBody({ kind, holds, label, until, exact, evidence, children }: WhyNode): EvidenceBody {
  return {
    op: kind === 'and' || kind === 'or' || kind === 'not' || kind === 'constant' ? kind : 'leaf',
    holds,
    sentence: label,
    found: foundIn(evidence),
    events: evidence.filter(isTimedEvent).map(({ id, timestamp, eventType }) => ({ id, timestamp, eventType: eventType ?? '' })),
    until: instantOf(until),
    exact,
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
