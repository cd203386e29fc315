/** Events and choices of the Web SDK as records. */
import { instantText } from '../../schema/index.ts';
import { unknownFieldsOf } from '../stream/replay.ts';
import type { StreamRecord } from '../stream/record.ts';
import type { Datastream } from '../stream/datastreams.ts';
import type { Json } from '../tracking/values.ts';
import { list, object, text, without } from '../tracking/values.ts';

export interface EdgeContext {
  readonly datastream: Datastream;
  readonly ecid: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** The client's own, the same when it tries again: makes the ids of events that have none. */
  readonly requestId: string;
}

/** One record for each event of a request. */
export function eventRecords(body: Json, context: EdgeContext): readonly StreamRecord[] {
  const { datastream, receivedAt, requestId } = context;
  const single = object(body['event']);
  const events = single === undefined ? list(body['events']) : [single];
  const common = object(object(body['xdm'])?.['identityMap']) ?? {};
  return events.map((event, index) => {
    const xdm = object(object(event)?.['xdm']) ?? {};
    const document = {
      ...xdm,
      _id: text(xdm['_id']) ?? `${requestId}-${index}`,
      timestamp: text(xdm['timestamp']) ?? instantText(receivedAt),
      identityMap: withEcid({ ...common, ...object(xdm['identityMap']) }, context.ecid),
    };
    return recordOf({ kind: 'event', dataset: datastream.eventDataset, document }, context);
  });
}

/** What a visitor allows, as a profile record; null when no standard that we know says anything. */
export function consentRecord(body: Json, context: EdgeContext): StreamRecord | null {
  const { ecid, receivedAt } = context;
  const time = instantText(receivedAt);
  const choices = list(body['consent']).map((each) => object(each) ?? {});
  const fields = Object.assign({}, ...choices.map((choice) => consentFields(choice, { ecid, time }))) as Json;
  if (Object.keys(fields).length === 0) return null;
  const identityMap = withEcid(object(body['identityMap']) ?? {}, ecid);
  const document = { identityMap, extSourceSystemAudit: { lastUpdatedDate: time }, ...fields };
  return recordOf({ kind: 'profile', dataset: context.datastream.profileDataset, document }, context);
}

/** The choice as the cookie of the client wants it. */
export function generalConsent(body: Json): 'in' | 'out' {
  const refused = list(body['consent']).some((each) => {
    const value = object(object(each)?.['value']);
    return value?.['general'] === 'out' || object(value?.['collect'])?.['val'] === 'n';
  });
  return refused ? 'out' : 'in';
}

interface Choosing {
  readonly ecid: string;
  readonly time: string;
}

function consentFields({ standard, version, value, ...rest }: Json, { ecid, time }: Choosing): Json {
  const chosen = object(value);
  if (standard === 'Adobe' && version === '1.0') {
    const val = chosen?.['general'] === 'in' ? 'y' : 'n';
    return { consents: { collect: { val }, metadata: { time } } };
  }
  if (standard === 'Adobe' && chosen !== undefined) {
    const metadata = { time, ...object(chosen['metadata']) };
    return { consents: { ...chosen, metadata } };
  }
  if (standard !== 'IAB TCF') return {};
  const consentString = without({
    consentStandard: standard,
    consentStandardVersion: text(version),
    consentStringValue: text(value),
    gdprApplies: rest['gdprApplies'],
    containsPersonalData: rest['gdprContainsPersonalData'],
  });
  return { identityPrivacyInfo: { ECID: { [ecid]: { identityIABConsent: { consentTimestamp: time, consentString } } } } };
}

/** The device is known by its ECID; it is the primary identity unless the page says another one. */
function withEcid(map: Json, ecid: string): Json {
  const others = Object.entries(map).filter(([namespace]) => namespace !== 'ECID');
  const chosen = others.some(([, entries]) => list(entries).some((entry) => object(entry)?.['primary'] === true));
  return { ...Object.fromEntries(others), ECID: [{ id: ecid, authenticatedState: 'ambiguous', primary: !chosen }] };
}

function recordOf(
  { kind, dataset, document }: Pick<StreamRecord, 'kind' | 'dataset' | 'document'>,
  { datastream, receivedAt }: EdgeContext,
): StreamRecord {
  const source = `datastream:${datastream.id}`;
  return { kind, dataset, source, receivedAt, unknownFields: unknownFieldsOf(source), document };
}
