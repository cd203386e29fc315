/** Which identities may belong to one person, and which of them counts most. */
import type { IdentityType, Namespace } from './namespaces.ts';

export interface LinkingRules {
  /** Codes of namespaces of which a person has one identity at most. */
  readonly unique: readonly string[];
  /** Codes of namespaces, the one that counts most first; those left out come after, by their type. */
  readonly priority: readonly string[];
}

/** Everything that occurs together is linked. */
export const STITCH_ALL: LinkingRules = { unique: [], priority: [] };

/** Identities of a graph; those beyond it are left out, the least telling and oldest first. */
export const LARGEST_GRAPH = 50;

/** What people are known by, the most telling first. `null`: never links anybody. */
const RANK: Readonly<Record<IdentityType, number | null>> = {
  Cross_device: 0,
  Email: 1,
  Phone: 1,
  Mobile: 2,
  Device: 2,
  Cookie: 3,
  Non_people: null,
  Partner: null,
};

/** Types in the order in which they leave a graph that is too large: smaller goes first. */
const STAYING: Readonly<Record<IdentityType, number>> = {
  Partner: 0,
  Non_people: 0,
  Cookie: 1,
  Device: 2,
  Mobile: 2,
  Cross_device: 3,
  Email: 3,
  Phone: 3,
};

export type FindNamespace = (code: string) => Namespace | undefined;

export function linksPeople(code: string, find: FindNamespace): boolean {
  return RANK[typeOf(code, find)] !== null;
}

/** The smaller, the more it counts. */
export function rankOf(code: string, { priority }: LinkingRules, find: FindNamespace): number {
  const place = priority.indexOf(code);
  return place >= 0 ? place : priority.length + (RANK[typeOf(code, find)] ?? 9);
}

/** The smaller, the sooner it leaves a graph that is too large. */
export function stayingOf(code: string, find: FindNamespace): number {
  return STAYING[typeOf(code, find)];
}

/** A namespace that nobody described is taken for one of people. */
function typeOf(code: string, find: FindNamespace): IdentityType {
  return find(code)?.idType ?? 'Cross_device';
}

/** Rules that cannot be. */
export class LinkingRulesError extends Error {
  override readonly name = 'LinkingRulesError';
  readonly code = 'linking-rules-invalid';
  /** What to do about it. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The rules with the codes as their namespaces spell them. Throws LinkingRulesError. */
export function requireRules({ unique, priority }: LinkingRules, find: FindNamespace): LinkingRules {
  const codes = (list: readonly string[], name: string): readonly string[] => {
    const spelled = list.map((code) => find(code)?.code ?? unknown(code));
    const twice = spelled.find((code, index) => spelled.indexOf(code) !== index);
    if (twice !== undefined) throw new LinkingRulesError(`"${name}" names ${twice} twice.`, 'Name each namespace once.');
    const silent = spelled.find((code) => !linksPeople(code, find));
    if (silent !== undefined) throw new LinkingRulesError(`${silent} links nobody, so it can have no place in "${name}".`, 'Leave it out.');
    return spelled;
  };
  const rules = { unique: codes(unique, 'unique'), priority: codes(priority, 'priority') };
  requireOrder(rules.priority, find);
  return rules;
}

/** What people are known by comes before their devices, and those before cookies. */
function requireOrder(priority: readonly string[], find: FindNamespace): void {
  const isThing = (code: string): boolean => ['Device', 'Cookie'].includes(typeOf(code, find));
  for (const [index, code] of priority.entries()) {
    const later = priority.slice(index + 1).find((other) => !isThing(other));
    if (isThing(code) && later !== undefined)
      throw new LinkingRulesError(`${code} is a device or cookie and cannot come before ${later}.`, 'Put namespaces of people first.');
  }
}

function unknown(code: string): never {
  throw new LinkingRulesError(`There is no namespace ${code}.`, 'List them with GET /data/core/idnamespace/identities.');
}
