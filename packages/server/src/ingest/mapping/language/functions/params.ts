/** The kinds of parameters, each with how a value becomes one. */
import { Invalid, show, toBoolean, toNumber, toText } from '../../values.ts';
import { readDate } from '../dates.ts';
import type { ZonedDate } from '../dates.ts';
import type { Param } from './function.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const any = (name: string): Param<unknown> => ({ name, type: 'any', read: (value) => value });
export const text = (name: string): Param<string> => ({ name, type: 'text', read: toText });
export const number = (name: string): Param<number> => ({ name, type: 'number', read: toNumber });
export const boolean = (name: string): Param<boolean> => ({ name, type: 'boolean', read: toBoolean });
export const date = (name: string): Param<ZonedDate> => ({ name, type: 'date', read: readDate });

export const integer = (name: string): Param<number> => ({
  name,
  type: 'integer',
  read: (value) => {
    const given = toNumber(value);
    return given instanceof Invalid || Number.isInteger(given) ? given : new Invalid(`expected a whole number, found ${show(value)}`);
  },
});

export const list = (name: string): Param<readonly unknown[]> => ({
  name,
  type: 'array',
  read: (value) => (Array.isArray(value) ? (value as readonly unknown[]) : new Invalid(`expected an array, found ${show(value)}`)),
});

export const object = (name: string): Param<Fields> => ({
  name,
  type: 'object',
  read: (value) => (isObject(value) ? value : new Invalid(`expected an object, found ${show(value)}`)),
});

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

export function optional<T>(param: Param<T>): Param<T | undefined> {
  return { ...param, optional: true };
}

/** All arguments that are left. */
export function many<T>(param: Param<T>): Param<readonly (T | undefined)[]> {
  return { ...(param as unknown as Param<readonly (T | undefined)[]>), many: true };
}

export function absent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
