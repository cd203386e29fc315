/** Reading files of one JSON object per line: profiles and queries. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { DataObject } from '@kindred/pql';
import { parseTime } from '@kindred/pql';
import { CommandError } from './exit-codes.ts';

/** What a line is called in answers. */
export type LineId = string | number;

/** A line of a file of queries. */
export interface QueryLine {
  readonly id: LineId;
  readonly pql?: unknown;
  readonly pqlJson?: unknown;
}

interface ProfileLines {
  readonly ids: readonly LineId[];
  /** With their events in the order of time. */
  readonly documents: readonly DataObject[];
}

/** Throws CommandError for a file that cannot be read and a line that is no query, with the place. */
export async function readQueries(path: string): Promise<readonly QueryLine[]> {
  const queries: QueryLine[] = [];
  for await (const { line, object } of objectsOf(path)) queries.push({ ...object, id: idOf(object, line) });
  return queries;
}

/** Throws CommandError for a file that cannot be read, a line that is no profile, and an id that comes twice. */
export async function readProfiles(path: string): Promise<ProfileLines> {
  const known = new Map<LineId, string>();
  const documents: DataObject[] = [];
  for await (const { line, object } of objectsOf(path)) {
    const id = idOf(object, line);
    const earlier = known.get(id);
    if (earlier !== undefined) throw invalid(line, `the id ${JSON.stringify(id)} comes twice`, `It is also at ${earlier}.`);
    known.set(id, line);
    documents.push(withEvents(object, line));
  }
  return { ids: [...known.keys()], documents };
}

interface ObjectLine {
  /** Where it stands: file and line. */
  readonly line: string;
  readonly object: DataObject;
}

/** The lines of a file, `-` for standard input, without empty ones. */
async function* objectsOf(path: string): AsyncGenerator<ObjectLine> {
  const name = path === '-' ? 'standard input' : path;
  let number = 0;
  for await (const text of linesOf(path === '-' ? process.stdin : createReadStream(path), name)) {
    number++;
    const line = `${name}, line ${number}`;
    const content = number === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (content.trim() !== '') yield { line, object: objectOf(content, line) };
  }
}

async function* linesOf(input: Readable, name: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (error) {
    throw new CommandError('invalid', `cannot read ${name}: ${(error as Error).message}`, 'Check the path and the permissions.');
  }
}

function objectOf(text: string, line: string): DataObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(line, `not JSON: ${(error as Error).message}`, 'Every line is one JSON object.');
  }
  if (isObject(value)) return value;
  throw invalid(line, 'not a JSON object', 'Every line is one JSON object.');
}

function idOf({ id }: DataObject, line: string): LineId {
  if ((typeof id === 'string' && id !== '') || typeof id === 'number') return id;
  throw invalid(line, '"id" is missing, or neither text nor a number', 'Give every line an "id" of its own.');
}

/** Events in the order of time, those without one first, so that `head()` means the same to every engine. */
function withEvents(profile: DataObject, line: string): DataObject {
  const { xEvent } = profile;
  if (xEvent === undefined || xEvent === null) return profile;
  if (!Array.isArray(xEvent) || !xEvent.every(isObject))
    throw invalid(line, '"xEvent" is no list of objects', 'It is the list of the events of the profile.');
  const time = (event: DataObject): number => parseTime(event['timestamp']) ?? -Infinity;
  return { ...profile, xEvent: xEvent.toSorted((one, other) => Math.sign(time(one) - time(other)) || 0) };
}

function isObject(value: unknown): value is DataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(line: string, message: string, hint: string): CommandError {
  return new CommandError('invalid', `${line}: ${message}`, hint);
}
