/** A server with more audiences and fields than anybody looks through, for what is measured in a browser. */
import { fileURLToPath } from 'node:url';
import { createClient, routes } from '../packages/contract/src/index.ts';
import type { Client } from '../packages/contract/src/index.ts';
import { startProgram } from '../packages/server/test/support/processes.ts';

const COMMAND = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
const PROFILE = 'https://ns.adobe.com/xdm/context/profile';
const EVENT = 'https://ns.adobe.com/xdm/context/experienceevent';
const PEOPLE = 2000;
const IN_A_GROUP = 50;
const AT_ONCE = 8;

export interface FilledServer {
  readonly url: string;
  /** An audience of 200 conditions in containers. */
  readonly large: string;
  stop(): Promise<void>;
}

export interface ServerSize {
  readonly audiences: number;
  /** Fields of one's own, half of people and half of events. */
  readonly fields: number;
}

export async function startFilled(folder: string, size: ServerSize, note: (text: string) => void): Promise<FilledServer> {
  let url = '';
  const env = { ...process.env, KINDRED_DATA: folder, PORT: '0', KINDRED_LOG_LEVEL: 'warn', UV_THREADPOOL_SIZE: '16' };
  const running = await startProgram([process.execPath, COMMAND, 'serve'], /^Kindred is ready/, { env }, (line) => {
    url = line.split(' ').at(-1) ?? '';
  });
  try {
    const client = createClient({ baseUrl: url });
    note('the demo shop');
    await demo(client);
    note(`${size.fields} fields`);
    for (const xdmClass of [PROFILE, EVENT]) await addFields(client, xdmClass, size.fields / 2);
    note(`${size.audiences} audiences`);
    await addAudiences(client, size.audiences);
    const { id } = await client.call(routes.createAudience, { body: { name: 'A large one', pql: largeRule() } });
    return { url, large: id, stop: () => running.kill() };
  } catch (error) {
    await running.kill();
    throw error;
  }
}

async function demo(client: Client): Promise<void> {
  const { id } = await client.call(routes.startDemo, { body: { profiles: PEOPLE, seed: 1 } });
  for (;;) {
    const { state, error } = await client.call(routes.getImport, { params: { id } });
    if (state === 'succeeded') return;
    if (state === 'failed' || state === 'cancelled') throw new Error(`the demo shop ${state}: ${error?.message ?? ''}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** In folders of fifty, below the root of the tenant. */
async function addFields(client: Client, xdmClass: string, count: number): Promise<void> {
  const folders = Array.from({ length: Math.ceil(count / IN_A_GROUP) }, (_, folder) => {
    const fields = Array.from({ length: IN_A_GROUP }, (__, field) => {
      const number = folder * IN_A_GROUP + field;
      return [`field${number}`, { type: number % 3 === 0 ? 'number' : 'string', title: `Own field ${number}` }];
    });
    return [`folder${folder}`, { type: 'object', title: `Folder ${folder}`, properties: Object.fromEntries(fields) }];
  });
  const properties = { _kindred: { type: 'object', properties: Object.fromEntries(folders) } };
  const group = await create(client, 'fieldgroups', {
    title: 'Many fields',
    'meta:intendedToExtend': [xdmClass],
    definitions: { own: { properties } },
    allOf: [{ $ref: '#/definitions/own' }],
  });
  const schema = await create(client, 'schemas', { title: 'Many fields', allOf: [{ $ref: xdmClass }, { $ref: group }] });
  const body = [{ op: 'add' as const, path: '/meta:immutableTags', value: ['union'] }];
  await client.call(routes.patchSchemaResource, { params: { kind: 'schemas', id: schema }, body });
}

async function create(client: Client, kind: 'fieldgroups' | 'schemas', body: Readonly<Record<string, unknown>>): Promise<string> {
  return String((await client.call(routes.createSchemaResource, { params: { kind }, body: { type: 'object', ...body } }))['$id']);
}

async function addAudiences(client: Client, count: number): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      await client.call(routes.createAudience, {
        body: {
          name: `Audience ${number}`,
          description: `Number ${number} of ${count}`,
          pql: `loyalty.points > ${number % 500}`,
          tags: [`tag ${number % 40}`],
          lifecycleState: number % 4 === 0 ? 'draft' : 'published',
        },
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Twenty containers of ten numbers. */
function largeRule(): string {
  const containers = Array.from({ length: 20 }, (_, container) => {
    const conditions = Array.from({ length: 10 }, (__, each) => `loyalty.points > ${container * 10 + each}`);
    return `(${conditions.join(' or ')})`;
  });
  return containers.join(' and ');
}
