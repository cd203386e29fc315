/** JSON Patch (RFC 6902) as far as the documented API uses it: add, replace and remove, on plain JSON. */
import { RequestError } from '../errors.ts';

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  /** A JSON pointer. */
  readonly path: string;
  readonly value?: unknown;
}

type Json = Record<string, unknown>;

/**
 * The document with all operations done, as a new one. `add` also makes the objects on the way, which may be absent.
 * Throws RequestError `patch-refused` for a place that is not there.
 */
export function patched(document: Json, operations: readonly PatchOperation[]): Json {
  const result = structuredClone(document);
  for (const operation of operations) {
    const keys = pointerKeys(operation.path);
    const last = keys.pop() ?? '';
    apply(
      keys.reduce<unknown>((at, key) => step(at, key, operation), result),
      last,
      operation,
    );
  }
  return result;
}

/** The first key of a pointer: which attribute it is about. */
export function rootOf(path: string): string {
  return pointerKeys(path)[0] ?? '';
}

function pointerKeys(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function step(at: unknown, key: string, operation: PatchOperation): unknown {
  if (Array.isArray(at)) return at[indexOf(key, at.length - 1, operation)] as unknown;
  if (!isObject(at)) throw nowhere(operation);
  if (!Object.hasOwn(at, key) && operation.op === 'add') set(at, key, {});
  return at[key];
}

function apply(at: unknown, key: string, operation: PatchOperation): void {
  const { op, value } = operation;
  if (Array.isArray(at)) {
    const index = op === 'add' && key === '-' ? at.length : indexOf(key, op === 'add' ? at.length : at.length - 1, operation);
    at.splice(index, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [value]));
    return;
  }
  if (!isObject(at)) throw nowhere(operation);
  if (op === 'remove') delete at[key];
  else set(at, key, value);
}

/** Also a key such as `__proto__` is only a key. */
function set(at: Json, key: string, value: unknown): void {
  Object.defineProperty(at, key, { value, writable: true, enumerable: true, configurable: true });
}

function indexOf(key: string, last: number, operation: PatchOperation): number {
  const index = /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : NaN;
  if (index <= last) return index;
  throw nowhere(operation);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function nowhere({ op, path }: PatchOperation): RequestError {
  return new RequestError('patch-refused', `${op} ${path}: there is no such place.`, {
    hint: 'The path is a JSON pointer into what GET shows, such as /description or /tags/-.',
  });
}
