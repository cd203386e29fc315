/** The form of one entry of the route table and the types that follow from it. */
import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An object whose members arrive as text in the path or the query string. */
export type TextParameters = z.ZodType<Record<string, unknown>>;

/** Who may call: every key, keys that may change things, keys that may manage keys. */
export type Access = 'read' | 'write' | 'admin';

export interface Route {
  readonly method: Method;
  /** OpenAPI style: `/api/audiences/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly description?: string;
  readonly headers?: z.ZodType;
  readonly params?: TextParameters;
  readonly query?: TextParameters;
  readonly body?: z.ZodType;
  /** Left out: `read` for GET, `write` for the rest. */
  readonly access?: Access;
  /** The body is raw bytes of any length instead of JSON. */
  readonly stream?: true;
  /**
   * A way in for events, open to everybody who knows the id in it: no API key, pages of other sites too. The body is JSON under any
   * media type, also with gzip, 1 MB at most.
   */
  readonly door?: true;
  /** Media type of an answer that is no JSON. */
  readonly produces?: string;
  /** Answers by status; errors have one form everywhere (`errorBody`) and are not listed. */
  readonly responses: Readonly<Record<number, z.ZodType>>;
}

type Defined<R extends Route, K extends keyof Route> = R extends Record<K, infer S extends z.ZodType> ? S : never;
type Part<R extends Route, K extends 'params' | 'query' | 'body', Side extends 'input' | 'output'> = [Defined<R, K>] extends [never]
  ? undefined
  : Side extends 'input'
    ? z.input<Defined<R, K>>
    : z.output<Defined<R, K>>;

export type Params<R extends Route> = Part<R, 'params', 'output'>;
export type Query<R extends Route> = Part<R, 'query', 'output'>;
export type Body<R extends Route> = Part<R, 'body', 'output'>;

type Success = 200 | 201 | 202 | 204 | 206 | 207;

/** All that a server may answer, failures of a shape of their own included. */
export type Answer<R extends Route> = z.output<R['responses'][keyof R['responses']]>;

/** What a call gives, whatever its success status; failures are thrown. */
export type Result<R extends Route> = z.output<R['responses'][keyof R['responses'] & Success]>;

/** Members whose type is undefined or may be left out become optional. */
type Loose<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: T[K];
};
type AllOptional<T> = object extends T ? T | undefined : T;

/** What a client passes: path parameters always, query and body as the route asks. */
export type CallInput<R extends Route> = Loose<{
  params: Part<R, 'params', 'input'>;
  query: [Defined<R, 'query'>] extends [never] ? undefined : AllOptional<z.input<Defined<R, 'query'>>>;
  body: R extends { readonly stream: true }
    ? NonNullable<RequestInit['body']>
    : [Defined<R, 'body'>] extends [never]
      ? undefined
      : z.input<Defined<R, 'body'>>;
}> & {
  readonly signal?: AbortSignal;
  /** Of the forms that a route has, the one to answer in: an Accept header. */
  readonly accept?: string;
};

export function accessOf(route: Route): Access {
  return route.access ?? (route.method === 'GET' ? 'read' : 'write');
}
