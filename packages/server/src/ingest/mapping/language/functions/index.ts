/** The table of all functions. */
import { arrayFunctions } from './array.ts';
import { conversionFunctions } from './conversion.ts';
import { dateFunctions } from './date.ts';
import { formFunctions } from './forms.ts';
import type { MappingFunction } from './function.ts';
import { FAMILIES } from './function.ts';
import { hashFunctions } from './hash.ts';
import { logicFunctions } from './logic.ts';
import { objectFunctions } from './object.ts';
import { operatorFunctions } from './operators.ts';
import { regexFunctions } from './regex.ts';
import { specialFunctions } from './special.ts';
import { stringFunctions } from './string.ts';
import { urlFunctions } from './url.ts';
import { userAgentFunctions } from './user-agent.ts';

const ALL: readonly MappingFunction[] = [
  ...stringFunctions,
  ...regexFunctions,
  ...logicFunctions,
  ...conversionFunctions,
  ...dateFunctions,
  ...objectFunctions,
  ...arrayFunctions,
  ...urlFunctions,
  ...userAgentFunctions,
  ...hashFunctions,
  ...specialFunctions,
  ...operatorFunctions,
  ...formFunctions,
];

/** Those that can be written by name, by family. */
export const mappingFunctions: readonly MappingFunction[] = FAMILIES.flatMap((family) => ALL.filter((each) => each.family === family));

export const operators: readonly MappingFunction[] = operatorFunctions;

const BY_NAME = new Map(ALL.flatMap((each) => [each.name, ...each.aliases].map((name) => [name, each] as const)));
const PUBLIC = new Map([...BY_NAME].filter(([, { family }]) => family !== null));

/** A function that can be written by that name. Names have case. */
export const functionNamed = (name: string): MappingFunction | undefined => PUBLIC.get(name);

export const functionNames = (): Iterable<string> => PUBLIC.keys();

/** What a call of the tree means, operators included. */
export function callee(name: string): MappingFunction {
  const found = BY_NAME.get(name);
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
}
