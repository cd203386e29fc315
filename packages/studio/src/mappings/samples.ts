/** Records to try a mapping on, as people paste them: one, an array of them, or one a line. */

export type Sample = Readonly<Record<string, unknown>>;

/** Shown at once. */
const MOST = 20;

/** Throws an Error that says what is wrong. */
export function parseSamples(text: string): readonly Sample[] {
  if (text.trim() === '') return [];
  const values = whole(text) ?? lines(text);
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`Record ${index + 1} is no JSON object.`);
  }
  return values.slice(0, MOST) as Sample[];
}

function whole(text: string): readonly unknown[] | null {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) ? (value as readonly unknown[]) : [value];
  } catch {
    return null;
  }
}

function lines(text: string): readonly unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, MOST)
    .map((line, index) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        throw new Error(`Line ${index + 1} is no JSON: ${(error as Error).message}`, { cause: error });
      }
    });
}

/** Paths of what is in the records, as sources are written. */
export function pathsOf(records: readonly Sample[]): readonly string[] {
  const paths = new Set<string>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) paths.add(path);
    else for (const [name, inner] of Object.entries(value)) visit(inner, path === '' ? name : `${path}.${name}`);
  };
  for (const record of records) visit(record, '');
  return [...paths].filter((path) => path !== '').toSorted();
}
