/** The settings of a kind of source, out of their JSON Schema. */

export interface Setting {
  readonly name: string;
  readonly description: string | undefined;
  readonly needed: boolean;
  readonly secret: boolean;
  readonly type: 'text' | 'number' | 'boolean';
}

interface SettingsSchema {
  readonly properties?: Readonly<Record<string, { readonly type?: string; readonly description?: string }>>;
  readonly required?: readonly string[];
}

export function settingsOf({
  settings,
  secrets,
}: {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
}): readonly Setting[] {
  const { properties = {}, required = [] } = settings as SettingsSchema;
  return Object.entries(properties).map(([name, { type, description }]) => ({
    name,
    description,
    needed: required.includes(name),
    secret: secrets.includes(name),
    type: type === 'number' || type === 'integer' ? 'number' : type === 'boolean' ? 'boolean' : 'text',
  }));
}

/** What a text in the form means; what is no number stays text, and the server says so. */
export function valueOf({ type }: Setting, text: string): unknown {
  if (type === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
  return type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text;
}
