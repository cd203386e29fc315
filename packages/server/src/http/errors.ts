/** Every error becomes an HTTP answer here, and nowhere else: one form on all paths, the documented one. */
import type { ErrorBody, ErrorEntry } from '@kindred/contract';
import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { StoreError, isDiskFull } from '../store/index.ts';
import { platformCodes, statusByCode } from './error-codes.ts';

/** A refusal that the HTTP room itself decides on. Rooms below throw errors of their own. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: unknown;

  /** @param code one of `statusByCode` */
  constructor(code: keyof typeof statusByCode, message: string, more: { readonly hint?: string; readonly details?: unknown } = {}) {
    super(message);
    this.code = code;
    this.hint = more.hint;
    this.details = more.details;
  }
}

export interface Answer {
  readonly status: number;
  readonly entry: ErrorEntry;
}

/** What to answer to an error of any origin. Status 500 means that we are wrong: the caller logs it. */
export function answerTo(error: unknown): Answer {
  return abortAnswer(error) ?? libraryAnswer(error) ?? roomAnswer(error) ?? diskAnswer(error) ?? { status: 500, entry: INTERNAL };
}

const INTERNAL: ErrorEntry = {
  code: 'internal',
  message: 'Something went wrong inside Kindred.',
  hint: 'The log of the server has the cause under this request id. Please report it.',
};

/** What a room throws when the signal of its caller aborts. */
function abortAnswer(error: unknown): Answer | null {
  if (!(error instanceof DOMException) || error.name !== 'AbortError') return null;
  return { status: statusByCode.cancelled, entry: { code: 'cancelled', message: 'The client went away, or the server ends.' } };
}

function libraryAnswer(error: unknown): Answer | null {
  if (!(error instanceof Error) || isResponseSerializationError(error)) return null;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const details = error.validation.map((issue) => ({ path: issue.instancePath, message: messageOf(issue) }));
    const where = details.map(({ path, message }) => `${error.validationContext ?? 'request'}${path}: ${message}`);
    return {
      status: 400,
      entry: { code: 'request-invalid', message: where.join('; '), hint: 'See /docs for the form of this request.', details },
    };
  }
  const known = LIBRARIES[(error as Partial<FastifyError>).code ?? ''];
  if (!known) return null;
  return { status: known.status, entry: { code: known.code, message: known.message(error as FastifyError), hint: known.hint } };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What is wrong; with a value that may have several forms, by each of them. */
function messageOf({ message = '', params }: { readonly message?: string | undefined; readonly params: object }): string {
  const { errors = [] } = params as { readonly errors?: readonly (readonly Issue[])[] };
  const forms = errors.map((issues) =>
    issues.map((issue) => `${issue.path.length === 0 ? '' : `${issue.path.join('/')}: `}${issue.message}`).join(', '),
  );
  return forms.length === 0 ? message : `it has none of its forms (${forms.join('; or ')})`;
}

interface LibraryAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: (error: FastifyError) => string;
  readonly hint: string;
}

const asTold = (error: FastifyError): string => error.message;

/** PostgreSQL's text cannot hold the character NUL, in a name as little as in an id that is asked for. */
const NUL_CHARACTER: LibraryAnswer = {
  status: 400,
  code: 'request-invalid',
  message: () => 'The request holds the character NUL (U+0000), which names, ids and queries cannot have.',
  hint: 'Leave that character out.',
};

const NOT_PACKED: LibraryAnswer = {
  status: 400,
  code: 'request-invalid',
  message: ({ message }) => `The body cannot be unpacked: ${message}.`,
  hint: 'Send it as its Content-Encoding says, to the end.',
};

/** Errors of Fastify, of zlib and of PostgreSQL (by SQLSTATE) that a client can cause. */
const LIBRARIES: Readonly<Record<string, LibraryAnswer>> = {
  '22021': NUL_CHARACTER,
  '22P05': NUL_CHARACTER,
  Z_DATA_ERROR: NOT_PACKED,
  Z_BUF_ERROR: NOT_PACKED,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'request-invalid',
    message: asTold,
    hint: 'Send as many bytes as Content-Length says.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body-too-large',
    message: () => 'The request body is larger than this path takes.',
    hint: 'Data goes in as a file: PUT /api/uploads/{name}, then POST /api/imports.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'media-type-unsupported',
    message: asTold,
    hint: 'Send Content-Type: application/json.',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'request-invalid', message: asTold, hint: 'Percent-encode the path.' },
};

interface CodedError {
  readonly code: string;
  readonly message: string;
  readonly hint?: unknown;
  readonly details?: unknown;
}

/** Errors of the rooms carry a code of our catalogue; system errors (`ENOSPC`) carry Node's. */
function roomAnswer(error: unknown): Answer | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const status = Object.hasOwn(statusByCode, error.code) ? statusByCode[error.code as keyof typeof statusByCode] : undefined;
  if (status === undefined) return null;
  const { code, message, hint, details } = error as CodedError;
  const entry = { code, message, ...(typeof hint === 'string' && { hint }), ...(details !== undefined && { details }) };
  return { status, entry };
}

/** A full disk is told in as many ways as there are stores; here it gets one. */
function diskAnswer(error: unknown): Answer | null {
  if (!isDiskFull(error)) return null;
  return roomAnswer(new StoreError({ code: 'disk-full', message: 'The disk of the data folder is full.', cause: error }));
}

/** The documented form. On `/data/` paths codes that the Experience Platform documents replace ours. */
export function errorBodyOf(
  { status, entry }: Answer,
  request: { readonly id: string; readonly url: string },
): Answer & { readonly body: ErrorBody } {
  const documented = request.url.startsWith('/data/') ? platformCodes[entry.code] : undefined;
  const shown = documented?.status ?? status;
  const code = documented?.code ?? entry.code;
  const type = documented?.code ? `https://ns.adobe.com/aep/errors/${code}` : `urn:kindred:error:${code}`;
  const body = { requestId: request.id, errors: { [shown]: [{ ...entry, code }] }, type, title: entry.message, status: shown };
  return { status: shown, entry, body };
}
