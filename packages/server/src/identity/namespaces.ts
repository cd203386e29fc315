/** Identity namespaces: what kind of thing an identifier identifies. */

export type IdentityType = 'Cookie' | 'Cross_device' | 'Device' | 'Email' | 'Mobile' | 'Non_people' | 'Partner' | 'Phone';

export interface Namespace {
  /** Unique, whatever the case of its letters. */
  readonly code: string;
  /** Absent where neither the platform nor the user has given one. */
  readonly id?: number;
  readonly name: string;
  readonly idType: IdentityType;
}

/** Numbers where the platform documents them. */
const STANDARD: readonly Namespace[] = [
  { code: 'CORE', id: 0, name: 'CORE', idType: 'Cookie' },
  { code: 'ECID', id: 4, name: 'ECID', idType: 'Cookie' },
  { code: 'Email', id: 6, name: 'Email', idType: 'Email' },
  { code: 'Phone', id: 7, name: 'Phone', idType: 'Phone' },
  { code: 'AAID', id: 10, name: 'Analytics visitor', idType: 'Cookie' },
  { code: 'AdCloud', id: 411, name: 'Advertising Cloud', idType: 'Cookie' },
  { code: 'CRMID', name: 'Customer number of a CRM system', idType: 'Cross_device' },
  { code: 'Email_LC_SHA256', name: 'E-mail address, lower case, SHA-256', idType: 'Email' },
  { code: 'Phone_E.164', name: 'Phone number in E.164 form', idType: 'Phone' },
  { code: 'PhoneSHA256', name: 'Phone number, SHA-256', idType: 'Phone' },
  { code: 'PhoneSHA256_E.164', name: 'Phone number in E.164 form, SHA-256', idType: 'Phone' },
  { code: 'IDFA', name: 'Apple advertising identifier', idType: 'Device' },
  { code: 'GAID', name: 'Google advertising identifier', idType: 'Device' },
  { code: 'WAID', name: 'Windows advertising identifier', idType: 'Device' },
  { code: 'TNTID', name: 'Target visitor', idType: 'Cookie' },
  { code: 'FCM', name: 'Firebase Cloud Messaging registration', idType: 'Device' },
  { code: 'APNS', name: 'Apple Push Notification service token', idType: 'Device' },
  { code: 'AnonymousID', name: 'Anonymous visitor of a tracking library', idType: 'Cookie' },
  { code: 'FPID', name: 'First-party device', idType: 'Cookie' },
];

/** Of those whose numbers are not documented, in their order. */
const OWN_NUMBERS = 10_000_000;

/** The namespaces known: the standard ones and a user's own. */
export class Namespaces {
  readonly all: readonly Namespace[];
  readonly #byCode: ReadonlyMap<string, Namespace>;

  /** @param own of users */
  constructor(own: readonly Namespace[] = []) {
    this.all = [...STANDARD, ...own];
    const byCode = new Map(this.all.map((namespace) => [namespace.code.toLowerCase(), namespace]));
    // Most spell a code as its namespace does; that saves making it lower case.
    this.#byCode = new Map([...byCode, ...[...byCode.values()].map((namespace) => [namespace.code, namespace] as const)]);
  }

  /** The number of a namespace: the documented one, else one of our own. */
  numberOf(namespace: Namespace): number {
    return namespace.id ?? OWN_NUMBERS + this.all.indexOf(namespace);
  }

  findByNumber(number: number): Namespace | undefined {
    return this.all.find((namespace) => this.numberOf(namespace) === number);
  }

  /** By code, in any case of letters. */
  find(code: string): Namespace | undefined {
    return this.#byCode.get(code) ?? this.#byCode.get(code.toLowerCase());
  }
}

const LONGEST_ID = 1024;
const LONGEST_PLACEHOLDER = 12;
const NOT_AN_ID: ReadonlySet<string> = new Set(['null', 'undefined', 'none', 'nan', 'not_provided', 'not provided', 'n/a', 'unknown']);

/** Why text cannot identify anybody in a namespace, or null when it can. */
export function identityProblem(namespace: Namespace, id: string): string | null {
  if (id.trim() === '') return `the ${namespace.code} is empty`;
  if (id.length > LONGEST_ID) return `the ${namespace.code} has ${id.length} characters, at most ${LONGEST_ID} are allowed`;
  if (id.length <= LONGEST_PLACEHOLDER && NOT_AN_ID.has(id.toLowerCase())) return `${JSON.stringify(id)} identifies nobody`;
  // Neither can be asked for: a path cannot hold the one, and no text in UTF-8 the other.
  if (id.includes('\0')) return `the ${namespace.code} holds the character NUL (U+0000)`;
  if (!id.isWellFormed()) return `the ${namespace.code} holds half a character (a lone surrogate)`;
  if (namespace.code === 'ECID' && !/^\d{38}$/.test(id)) return 'an ECID has exactly 38 digits';
  return null;
}
