/** Why somebody is in an audience, for people to read. */
import type { Evidence, WhyBody } from '@kindred/contract';

export function describeWhy({ audience, member, evaluatedAt, until, exact, missing, evidence }: WhyBody): string {
  const verdict = `${member ? 'In' : 'Not in'} ${audience.name} at ${evaluatedAt}${lasting(member ? 'leaves' : 'enters', { until, exact })}`;
  const ways = missing.map((changes, way) => [way === 0 ? 'Missing:' : 'or:', ...changes.map((change) => `  - ${change}`)].join('\n'));
  return [verdict, lines(evidence, '').join('\n'), ...(ways.length === 0 ? [] : [ways.join('\n')])].join('\n\n');
}

function lines({ holds, sentence, found, events, parts, ...span }: Evidence, indent: string): readonly string[] {
  const shown = events.slice(0, MOST_EVENTS).map(({ eventType, timestamp }) => `${eventType === '' ? 'event' : eventType} ${timestamp}`);
  const more = events.length > MOST_EVENTS ? [`and ${events.length - MOST_EVENTS} more`] : [];
  return [
    `${indent}${holds ? '✓' : '✗'} ${sentence}${span.until === null ? '' : lasting('turns', span)}`,
    ...(found === null ? [] : [`${indent}    ${found}`]),
    ...(events.length === 0 ? [] : [`${indent}    ${[...shown, ...more].join(', ')}`]),
    ...parts.flatMap((part) => lines(part, `${indent}  `)),
  ];
}

const MOST_EVENTS = 3;

function lasting(turns: string, { until, exact }: Pick<WhyBody, 'until' | 'exact'>): string {
  if (until === null) return '; time alone changes nothing';
  return exact ? `; ${turns} by time alone at ${until}` : `; the same until ${until} at least`;
}
