import { describe, expect, it } from 'vitest';
import { ApiError, ConnectionError, createClient, pathOf, routes } from '../src/index.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function recording(answer: Response): { readonly sent: Sent[]; readonly fetch: typeof fetch } {
  const sent: Sent[] = [];
  return { sent, fetch: (url, init) => Promise.resolve((sent.push({ url: url as string, init: init ?? {} }), answer)) };
}

describe('the client', () => {
  it('fills the path, encodes it, and leaves undefined query members out', () => {
    const path = pathOf(routes.listEvents, { params: { namespace: 'Email', id: 'a/b c@d' }, query: { before: undefined, limit: 5 } });
    expect(path).toBe('/api/profiles/Email/a%2Fb%20c%40d/events?limit=5');
  });

  it('sends JSON with the key as bearer and returns the typed body', async () => {
    const { sent, fetch } = recording(Response.json({ audiences: [] }));
    const client = createClient({ baseUrl: 'http://host', key: 'secret', fetch });
    expect((await client.call(routes.listAudiences)).audiences).toEqual([]);
    expect(sent[0]?.url).toBe('http://host/api/audiences');
    expect(new Headers(sent[0]?.init.headers).get('authorization')).toBe('Bearer secret');
    expect(new Headers(sent[0]?.init.headers).has('content-type')).toBe(false);
  });

  it('returns undefined for an answer without content', async () => {
    const { fetch } = recording(new Response(null, { status: 204 }));
    expect(await createClient({ baseUrl: '', fetch }).call(routes.deleteAudience, { params: { id: 'x' } })).toBeUndefined();
  });

  it('throws ApiError with code, hint and details of the error form', async () => {
    const entry = { code: 'pql-invalid', message: 'no', hint: 'do', details: [1] };
    const body = { requestId: 'r', type: 't', title: 'no', status: 400, errors: { 400: [entry] } };
    const { fetch } = recording(Response.json(body, { status: 400 }));
    const failing = createClient({ baseUrl: '', fetch }).call(routes.createAudience, { body: { name: 'a', pql: 'b' } });
    await expect(failing).rejects.toMatchObject({ name: 'ApiError', status: 400, ...entry, requestId: 'r' });
    await expect(failing).rejects.toBeInstanceOf(ApiError);
  });

  it('throws ApiError also for an answer that is not ours', async () => {
    const { fetch } = recording(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    await expect(createClient({ baseUrl: '', fetch }).call(routes.getStatus)).rejects.toMatchObject({
      status: 502,
      code: 'unexpected-answer',
    });
  });

  it('throws ConnectionError when nothing listens', async () => {
    await expect(createClient({ baseUrl: 'http://127.0.0.1:1' }).call(routes.getStatus)).rejects.toBeInstanceOf(ConnectionError);
  });
});

describe('the route table', () => {
  it('has no two routes with the same method and path', () => {
    const all = Object.values(routes).map((route) => `${route.method} ${route.path}`);
    expect(new Set(all).size).toBe(all.length);
  });

  it('declares exactly the parameters its paths name', () => {
    for (const [name, route] of Object.entries(routes)) {
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = 'params' in route ? Object.keys(route.params.shape) : [];
      expect(new Set(declared), name).toEqual(new Set(inPath));
    }
  });

  it('refuses wrong input at compile time', () => {
    const client = createClient({ baseUrl: '' });
    const never = async (): Promise<void> => {
      // @ts-expect-error: the body is required
      await client.call(routes.createAudience);
      // @ts-expect-error: `pql` is missing
      await client.call(routes.createAudience, { body: { name: 'a' } });
      // @ts-expect-error: the path needs an id
      await client.call(routes.getAudience, {});
      // @ts-expect-error: no such member
      expect((await client.call(routes.getAudience, { params: { id: 'a' } })).sizes).toBeDefined();
    };
    expect(never).toBeTypeOf('function');
  });
});
