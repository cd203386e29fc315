/** Which fields of the profile rules read: all that must be known of a person to decide them, events apart. */
import type { DataObject } from '../evaluate/values.ts';
import { eachNode } from '../terms.ts';
import type { Test } from '../term.ts';

/** Where it is written who is in audiences that are not decided here. */
export const MEMBERSHIP = 'segmentMembership';

/** The fields of the profile itself that a test reads, by their first names; null: it may read any. */
export function fieldsRead(test: Test): ReadonlySet<string> | null {
  const names = new Set<string>();
  let [uses, reads] = [0, 0];
  eachNode({ test }, (node) => {
    if (node.op === 'audience') names.add(MEMBERSHIP);
    if (node.op === 'variable' && node.id === 0) uses++;
    if (node.op !== 'field' || node.object.op !== 'variable' || node.object.id !== 0) return;
    reads++;
    names.add(node.name);
  });
  return uses === reads ? names : null;
}

/** Of a record the fields of these names; null: all. */
export function fieldsOf(record: DataObject, names: ReadonlySet<string> | null): DataObject {
  return names === null ? record : Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name)));
}

/** Fields laid over others: objects field by field, all else whole. */
export function laidOver(below: DataObject, above: DataObject): DataObject {
  const laid: Record<string, DataObject[string]> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const under = laid[name];
    laid[name] = isObject(value) && isObject(under) ? laidOver(under, value) : value;
  }
  return laid;
}

function isObject(value: DataObject[string]): value is DataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
