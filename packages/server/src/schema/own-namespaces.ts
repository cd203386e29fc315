/** Identity namespaces that users make, besides the standard ones. */
import type { SchemaCatalog } from './catalog.ts';
import { SchemaError } from './errors.ts';

export const ID_TYPES = ['Cookie', 'Cross_device', 'Device', 'Email', 'Mobile', 'Non_people', 'Partner', 'Phone'] as const;

/** Plain data: it goes to threads. */
export interface OwnNamespace {
  /** Its number, for good. */
  readonly id: number;
  /** Unique, whatever the case of its letters; never changes. */
  readonly code: string;
  readonly name: string;
  readonly description: string;
  /** What kind of thing it identifies; never changes. */
  readonly idType: (typeof ID_TYPES)[number];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
}

export type NewNamespace = Pick<OwnNamespace, 'code' | 'name' | 'description' | 'idType'>;

export type NamespaceChange = { readonly [Key in keyof NewNamespace]?: NewNamespace[Key] | undefined };

/** Below are the numbers of those that come with the product. */
const FIRST_NUMBER = 10_001_000;
const CODE = /^[A-Za-z0-9][\w.]{0,62}$/;

export class OwnNamespaces {
  readonly #catalog: SchemaCatalog;

  constructor(catalog: SchemaCatalog) {
    this.#catalog = catalog;
  }

  list(): readonly OwnNamespace[] {
    return this.#catalog.state.namespaces;
  }

  /** @param isStandard whether a code belongs to the product. Throws SchemaError `NAMESPACE_INVALID` and `NAMESPACE_TAKEN`. */
  async create(
    input: NewNamespace,
    made: { readonly by: string; readonly now: Date; readonly isStandard: (code: string) => boolean },
  ): Promise<OwnNamespace> {
    const { code, name, description, idType } = input;
    if (!CODE.test(code))
      throw invalid(
        `${code} is no code of a namespace.`,
        'It has letters, digits, _ and ., at most 63, and begins with a letter or digit.',
      );
    await this.#catalog.change((state) => {
      const known = state.namespaces.some((each) => each.code.toLowerCase() === code.toLowerCase());
      if (known || made.isStandard(code)) throw taken(code);
      const id = Math.max(FIRST_NUMBER - 1, ...state.namespaces.map((each) => each.id)) + 1;
      const namespace: OwnNamespace = { id, code, name, description, idType, createdAt: made.now, updatedAt: made.now, createdBy: made.by };
      return {
        state: { ...state, namespaces: [...state.namespaces, namespace] },
        write: async (db) => {
          const times = { created_at: made.now, updated_at: made.now, created_by: made.by };
          await db
            .insertInto('identity_namespaces')
            .values({ number: id, code, name, description, id_type: idType, ...times })
            .execute();
        },
      };
    });
    return this.list().find((each) => each.code === code) ?? notFound(code);
  }

  /** Name and description; code and type stay what they are. Throws SchemaError `NAMESPACE_NOT_FOUND` and `NAMESPACE_INVALID`. */
  async update(id: number, input: NamespaceChange, now: Date): Promise<OwnNamespace> {
    const before = this.list().find((each) => each.id === id) ?? notFound(String(id));
    if (input.code !== undefined && input.code !== before.code)
      throw invalid('The code of a namespace cannot change.', 'Make another namespace.');
    if (input.idType !== undefined && input.idType !== before.idType)
      throw invalid('The type of a namespace cannot change.', 'Make another namespace.');
    const after: OwnNamespace = {
      ...before,
      name: input.name ?? before.name,
      description: input.description ?? before.description,
      updatedAt: now,
    };
    await this.#catalog.change((state) => ({
      state: { ...state, namespaces: state.namespaces.map((each) => (each.id === id ? after : each)) },
      write: async (db) => {
        const { name, description } = after;
        await db.updateTable('identity_namespaces').set({ name, description, updated_at: now }).where('number', '=', id).execute();
      },
    }));
    return after;
  }
}

function invalid(message: string, hint: string): SchemaError {
  return new SchemaError({ code: 'NAMESPACE_INVALID', message, hint });
}

function taken(code: string): SchemaError {
  return new SchemaError({
    code: 'NAMESPACE_TAKEN',
    message: `There is a namespace ${code} already.`,
    hint: 'Codes are unique, whatever the case of their letters.',
  });
}

function notFound(name: string): never {
  const hint = 'List them with GET /data/core/idnamespace/identities. Standard ones cannot be changed.';
  throw new SchemaError({ code: 'NAMESPACE_NOT_FOUND', message: `There is no namespace ${name} of yours.`, hint });
}
