/** The kinds of sources there are. Another one is one file and one line here. */
import { z } from 'zod';
import type { Connector } from './connector.ts';
import { ConnectorError } from './connector.ts';
import { folder } from './folder.ts';
import { kafka } from './kafka.ts';
import { postgres } from './postgres.ts';
import { s3 } from './s3.ts';

const CONNECTORS: readonly Connector<never>[] = [folder, postgres, s3, kafka];

export interface ConnectorDescription {
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
}

export function connectorCatalog(): readonly ConnectorDescription[] {
  return CONNECTORS.map(({ kind, title, description, settings, secrets }) => ({
    kind,
    title,
    description,
    settings: z.toJSONSchema(settings, { io: 'input' }),
    secrets,
  }));
}

/** Throws ConnectorError. */
export function requireConnector(kind: string): Connector<never> {
  const found = CONNECTORS.find((connector) => connector.kind === kind);
  if (found !== undefined) return found;
  const kinds = CONNECTORS.map((connector) => connector.kind).join(', ');
  throw new ConnectorError('source-settings-invalid', `There is no kind of source "${kind}".`, `There are ${kinds}.`);
}

/** Settings with what they leave out. Throws ConnectorError. */
export function parseSettings({ kind, settings }: Connector<never>, given: unknown): Readonly<Record<string, unknown>> {
  const { success, data, error } = settings.safeParse(given);
  if (success) return data as Readonly<Record<string, unknown>>;
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`).join('; ');
  throw new ConnectorError(
    'source-settings-invalid',
    `The settings of a source of the kind ${kind} are wrong: ${problems}.`,
    'See GET /api/sources/catalog for their form.',
  );
}
