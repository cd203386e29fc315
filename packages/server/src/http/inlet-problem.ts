/** The documented answer to a message that is not right. */
import type { Problem } from '../schema/index.ts';

/** Violations told at most. */
const MOST_VIOLATIONS = 5;

interface Violation {
  readonly schemaLocation: string;
  readonly pointerToViolation: string;
  readonly causingExceptions: Violation[];
  readonly keyword?: string;
  readonly message: string;
}

export function inletProblem(inletId: string, imsOrgId: string, problems: string | readonly Problem[]) {
  const whole = typeof problems === 'string' ? problems : 'Message is invalid';
  const cause = typeof problems === 'string' ? {} : { cause: { _streamingValidation: [violations(problems)] } };
  return {
    type: 'http://ns.adobe.com/adobecloud/problem/data-collection-service/inlet',
    status: 400,
    title: 'Invalid XDM Message Format',
    report: { message: `inletId: [${inletId}] imsOrgId: [${imsOrgId}] ${whole}`, ...cause },
  };
}

function violations(problems: readonly Problem[]): Violation {
  const shown = problems.slice(0, MOST_VIOLATIONS).map(violation);
  const [only] = shown;
  if (shown.length === 1 && only !== undefined) return only;
  const message = `${problems.length} schema violations found`;
  return { schemaLocation: '#', pointerToViolation: '#', causingExceptions: shown, message };
}

function violation({ field, reason, keyword }: Problem): Violation {
  const pointer = field === '' ? '#' : `#/${field.replaceAll('[]', '/0').split('.').join('/')}`;
  return {
    schemaLocation: '#',
    pointerToViolation: pointer,
    causingExceptions: [],
    keyword: keyword ?? keywordOf(reason),
    message: reason,
  };
}

/** The word of JSON Schema that a reason of ours is about. */
function keywordOf(reason: string): string {
  if (reason.startsWith('the schema has no such field')) return 'additionalProperties';
  if (reason.includes('is not one of')) return 'enum';
  if (reason.includes('does not match the pattern')) return 'pattern';
  if (/a (?:time|date)/.test(reason)) return 'format';
  if (reason.includes('is outside of')) return 'minimum';
  if (reason.includes('needs a') || reason.includes('says nobody')) return 'required';
  return 'type';
}
