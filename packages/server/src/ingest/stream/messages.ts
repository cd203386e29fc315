/** Messages of the streaming HTTP API: header and body, read into records. */
import type { RecordKind } from '../../schema/index.ts';
import type { FlowMapping } from './flow-mappings.ts';
import { mappingProblem } from './flow-mappings.ts';
import type { StreamRecord } from './record.ts';

export interface MessageContext {
  readonly inletId: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** The flow named by the request rather than by the message. */
  readonly flowId: string | undefined;
  /** The dataset that a flow writes to. */
  readonly datasetOf: (flowId: string) => string | undefined;
  /** What the records of a dataset are; undefined when nobody has said so. */
  readonly kindOf: (dataset: string) => RecordKind | undefined;
  /** The mapping of a flow's messages into a dataset; null for a flow without one. Throws ImportError. */
  readonly mappingOf: (flowId: string, dataset: string) => Promise<FlowMapping | null>;
  /** Whether messages are raw: without a mapping there is no document of them. */
  readonly raw: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** The record of a message, or why it is none, in the documented words. */
export async function readMessage(message: unknown, context: MessageContext): Promise<StreamRecord | string> {
  const { header, body } = object(message) ?? {};
  const head = object(header);
  if (head === null) return 'Message has no header';
  const { imsOrgId } = head;
  if (typeof imsOrgId !== 'string' || imsOrgId === '') return 'Message has an absent or wrong ims org in the header';
  const flowId = typeof head['flowId'] === 'string' ? head['flowId'] : context.flowId;
  const named = head['datasetId'] ?? (flowId === undefined ? undefined : context.datasetOf(flowId));
  if (typeof named !== 'string' || named === '') return 'Message has an absent or wrong dataset id in the header';
  const mapping = flowId === undefined ? null : await context.mappingOf(flowId, named).catch(mappingProblem);
  if (typeof mapping === 'string') return mapping;
  if (mapping === null && context.raw) return 'Message has no flow with a mapping, which raw data needs';
  const operations = object(head['operations']);
  const given = mapping === null ? body : mappedBody(mapping, body);
  if (typeof given === 'string') return given;
  const kind = mapping?.kind ?? context.kindOf(named);
  const read =
    operations !== null ? patchOf(operations, given, kind) : mapping !== null ? { kind, document: given as Json } : entityOf(head, given);
  if (typeof read === 'string') return read;
  const document = read.document;
  return {
    kind: read.kind ?? context.kindOf(named) ?? kindOfDocument(document),
    dataset: named,
    source: `inlet:${context.inletId}`,
    receivedAt: context.receivedAt,
    unknownFields: 'reject',
    document,
    ...(read.operation && { operation: read.operation }),
  };
}

/** The document that a mapping makes of the body, or why it makes none. */
function mappedBody(mapping: FlowMapping, body: unknown): Json | string {
  const made = mapping.document(body);
  if ('document' in made) return made.document as Json;
  return `Message cannot be mapped: ${made.problems.map(({ field, reason }) => (field === '' ? reason : `${field}: ${reason}`)).join('; ')}`;
}

interface Entity {
  readonly kind: RecordKind | undefined;
  readonly document: Json;
  readonly operation?: StreamRecord['operation'];
}

const UNKNOWN_FORMAT = 'Message has unknown xdm format';

function entityOf(head: Json, body: unknown): Entity | string {
  const { xdmMeta, xdmEntity } = object(body) ?? {};
  const document = object(xdmEntity);
  const reference = object(head['schemaRef']) ?? object(object(xdmMeta)?.['schemaRef']);
  if (document === null || typeof reference?.['id'] !== 'string') return UNKNOWN_FORMAT;
  return { kind: kindOfSchema(reference['id']), document };
}

/** The body is the record itself: it patches what is known, or what the dataset knows of the person or thing goes. */
function patchOf(operations: Json, body: unknown, ofDataset: RecordKind | undefined): Entity | string {
  const { data = 'create', identity } = operations;
  if (data !== 'create' && data !== 'merge' && data !== 'delete') return `Message has an unknown operation ${JSON.stringify(data)}`;
  if (identity !== undefined && identity !== 'create') return `Message has an unknown operation ${JSON.stringify(identity)} on identities`;
  const row = object(body);
  const document = object(row?.['xdmEntity']) ?? row;
  if (document === null) return UNKNOWN_FORMAT;
  const kind = ofDataset === 'lookup' ? ofDataset : 'profile';
  const operation = data === 'delete' || (data === 'merge' && kind === 'lookup') ? data : undefined;
  return { kind, document, ...(operation !== undefined && { operation }) };
}

function kindOfSchema(id: string): RecordKind | undefined {
  if (/\/(context|class)\/profile$|_xdm\.context\.profile/.test(id)) return 'profile';
  return id.endsWith('experienceevent') ? 'event' : undefined;
}

/** What happened has a time; what is true of somebody has none of its own. */
function kindOfDocument(document: Json): RecordKind {
  return document['timestamp'] === undefined && document['eventType'] === undefined ? 'profile' : 'event';
}

function object(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}
