/** What a person has said about being addressed personally, as the fields of consent have it. */
import type { DataObject } from '@kindred/pql';

export type Consent = 'in' | 'out';

/** `out` for whoever refused that data is collected, that content is personalised, or everything; who said nothing is in. */
export function consentOf(record: DataObject): Consent {
  const consents = object(record['consents']);
  const personalize = object(consents['personalize']);
  const refused = [consents['collect'], personalize['any'], personalize['content']].some((choice) => object(choice)['val'] === 'n');
  return refused || object(record['optInOut'])['globalOptout'] === true || optedOut(record['privacyOptOuts']) ? 'out' : 'in';
}

function optedOut(choices: DataObject[string]): boolean {
  const list: readonly DataObject[string][] = Array.isArray(choices) ? choices : [];
  return list.some((choice) => object(choice)['optOutType'] === 'general_opt_out' && object(choice)['optOutValue'] === 'out');
}

const object = (value: DataObject[string]): DataObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as DataObject) : {};
