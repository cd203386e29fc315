/** Which fields a rule reads, as one would write them. */
import type { Test, Value } from './term.ts';
import { eachNode } from './terms.ts';

type Path = readonly string[];

/** Dotted, those of events behind `xEvent`, each as deep as it is read; in order, without repetition. */
export function pathsRead(test: Test): readonly string[] {
  /** Where the members of what a variable goes through lie; a variable is bound before it is used. */
  const bound = new Map<number, Path | null>([[0, []]]);
  const found = new Set<string>();
  const within = new Set<Test | Value>();
  eachNode({ test }, (node) => {
    bind(node, bound);
    if (node.op !== 'field' || within.has(node)) return;
    for (let part = node.object; part.op === 'field'; part = part.object) within.add(part);
    const path = pathOf(node, bound);
    if (path !== null) found.add(path.join('.'));
  });
  const paths = [...found].toSorted();
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}.`)));
}

function bind(node: Test | Value, bound: Map<number, Path | null>): void {
  switch (node.op) {
    case 'some':
    case 'every':
    case 'filter':
    case 'map':
    case 'top':
    case 'bottom':
    case 'group':
      bound.set(node.variable, pathOf(node.list, bound));
      return;
    case 'let':
      bound.set(node.variable, pathOf(node.value, bound));
      return;
    case 'sequence':
      for (const { variable } of node.steps) bound.set(variable, pathOf(node.events, bound));
      return;
    default:
  }
}

/** Null: what is computed lies nowhere. */
function pathOf(value: Value, bound: ReadonlyMap<number, Path | null>): Path | null {
  switch (value.op) {
    case 'variable':
      return bound.get(value.id) ?? null;
    case 'field': {
      const object = pathOf(value.object, bound);
      return object && [...object, value.name];
    }
    case 'filter':
    case 'distinct':
    case 'head':
    case 'top':
    case 'bottom':
      return pathOf(value.list, bound);
    case 'entry':
    case 'entries':
    case 'keys':
      return pathOf(value.map, bound);
    case 'lookup':
      return pathOf(value.key, bound);
    default:
      return null;
  }
}
