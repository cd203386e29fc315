/** The typed client of the route table: the studio, the command line and tests call the API through it. */
import type { ErrorEntry } from './common.ts';
import { errorBody } from './common.ts';
import type { CallInput, Result, Route } from './route.ts';

export interface ClientOptions {
  /** Scheme, host and port, for example `http://127.0.0.1:8080`; '' for the page's own origin. */
  readonly baseUrl: string;
  readonly key?: string;
  readonly fetch?: typeof fetch;
}

export interface Client {
  /** Throws ApiError for every answer that is not a success, ConnectionError when there is no answer. */
  call<R extends Route>(
    route: R,
    ...input: object extends CallInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>]
  ): Promise<Result<R>>;
}

/** The server's refusal or failure. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: unknown;
  readonly requestId: string | undefined;

  constructor(status: number, entry: ErrorEntry, requestId?: string) {
    super(entry.message);
    this.status = status;
    this.code = entry.code;
    this.hint = entry.hint;
    this.details = entry.details;
    this.requestId = requestId;
  }
}

/** Nothing answered at the address, or the connection broke. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

type Text = string | number | boolean | undefined;

interface AnyInput {
  readonly params?: Readonly<Record<string, Text>>;
  readonly query?: Readonly<Record<string, Text>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly accept?: string;
}

export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? globalThis.fetch.bind(globalThis);
  return {
    async call<R extends Route>(route: R, ...rest: readonly [unknown?]): Promise<Result<R>> {
      const input = (rest[0] ?? {}) as AnyInput;
      const response = await request(send, options.baseUrl + pathOf(route, input), requestInit(route, input, options.key));
      if (!response.ok) throw await toError(response);
      if (route.produces !== undefined) return response as Result<R>;
      return (response.status === 204 ? undefined : await response.json()) as Result<R>;
    },
  };
}

async function request(send: typeof fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await send(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ConnectionError(`No answer from ${url}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

/** Path and query string of a call. Members that are undefined are left out. */
export function pathOf(route: Route, input: Pick<AnyInput, 'params' | 'query'>): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(input.params?.[key])));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {})) if (value !== undefined) query.append(key, String(value));
  return query.size === 0 ? path : `${path}?${query}`;
}

function requestInit(route: Route, input: AnyInput, key: string | undefined): RequestInit {
  const headers = new Headers({ accept: input.accept ?? route.produces ?? 'application/json' });
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  const init: RequestInit & { duplex?: 'half' } = { method: route.method, headers };
  if (input.signal) init.signal = input.signal;
  if (route.stream) {
    headers.set('content-type', 'application/octet-stream');
    init.body = input.body as NonNullable<RequestInit['body']>;
    init.duplex = 'half';
  } else if (input.body !== undefined) {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(input.body);
  }
  return init;
}

async function toError(response: Response): Promise<ApiError> {
  const text = await response.text();
  const parsed = errorBody.safeParse(parseJson(text));
  const entry = parsed.data?.errors[String(response.status)]?.[0];
  if (entry) return new ApiError(response.status, entry, parsed.data?.requestId);
  return new ApiError(response.status, { code: 'unexpected-answer', message: `HTTP ${response.status}: ${text.slice(0, 200)}` });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
