/** The real Web SDK in a page of another site, its edge host routed to the server. */
import { routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { createClient } from '@kindred/contract';
import { readFileSync } from 'node:fs';
import { edgeBundle } from '../../../../scripts/edge-bundle.ts';
import { baseUrl } from './studio.ts';

const SITE = 'https://shop.example.com/';
const EDGE = 'https://edge.example.net/';
const ORG = 'KINDRED@AdobeOrg';
const ALLOY = readFileSync(new URL('../../node_modules/@adobe/alloy/dist/alloy.js', import.meta.url), 'utf8');
/** As the documentation of the library has it: calls made before it is loaded wait in a queue. */
const BASE = `!function(n,o){o.forEach(function(o){n[o]||((n.__alloyNS=n.__alloyNS||[]).push(o),n[o]=function(){var u=arguments;
  return new Promise(function(i,l){n[o].q.push([i,l,u])})},n[o].q=[])})}(window,["alloy"]);`;

const client: Client = createClient({ baseUrl });

declare const alloy: (command: string, options?: object) => Promise<Record<string, unknown>>;

/** Opens the page of the shop, with the library configured for a datastream of its own. */
async function openShop(page: Page, datastreamId: string, options: object = {}): Promise<void> {
  await page.route(`${SITE}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>Shop</title><h1>Shop</h1>' }));
  await page.route(`${EDGE}**`, async (route) => {
    const url = route.request().url().replace(EDGE, `${baseUrl}/`);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  await page.goto(SITE);
  await page.addScriptTag({ content: BASE });
  await page.addScriptTag({ content: ALLOY });
  const configuration = { datastreamId, orgId: ORG, edgeDomain: new URL(EDGE).host, thirdPartyCookiesEnabled: false, ...options };
  await page.evaluate((given) => alloy('configure', given), { clickCollectionEnabled: false, ...configuration });
}

async function identityOf(page: Page): Promise<string> {
  const { identity } = await page.evaluate(() => alloy('getIdentity'));
  return (identity as { readonly ECID: string }).ECID;
}

const profileOf = (ecid: string) => client.call(routes.getProfile, { params: { namespace: 'ECID', id: ecid } });
const eventsOf = (ecid: string) => client.call(routes.listEvents, { params: { namespace: 'ECID', id: ecid } });

test('the Web SDK sends events, is given an identity and keeps it', async ({ page }) => {
  const datastream = await client.call(routes.createDatastream, { body: { name: 'Shop', orgId: ORG } });
  const warnings: string[] = [];
  page.on('console', (message) => warnings.push(message.text()));
  await openShop(page, datastream.id, { debugEnabled: true });
  const xdm = { eventType: 'commerce.purchases', commerce: { purchases: { value: 1 }, order: { priceTotal: 12.5, currencyCode: 'EUR' } } };
  await page.evaluate((fields) => alloy('sendEvent', { xdm: fields }), xdm);
  const ecid = await identityOf(page);
  expect(ecid).toMatch(/^\d{38}$/);
  const cookies = await page.context().cookies(SITE);
  expect(cookies.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['kndctr_KINDRED_AdobeOrg_identity', 'kndctr_KINDRED_AdobeOrg_cluster']),
  );
  expect(warnings.filter((text) => /Identity cookie not found|unexpected|failed/i.test(text))).toEqual([]);

  await page.reload();
  await openShop(page, datastream.id);
  await page.evaluate(() => alloy('sendEvent', { type: 'web.webpagedetails.pageViews' }));
  expect(await identityOf(page)).toBe(ecid);
  await expect
    .poll(async () => (await eventsOf(ecid).catch(() => ({ events: [] }))).events.map(({ eventType }) => eventType).length)
    .toBe(2);
  const { events } = await eventsOf(ecid);
  expect(events.find(({ eventType }) => eventType === 'commerce.purchases')?.fields).toMatchObject({
    commerce: { order: { priceTotal: 12.5, currencyCode: 'EUR' } },
    web: { webPageDetails: { URL: SITE } },
    environment: { type: 'browser' },
  });
});

test('the choice of a visitor is kept on the profile', async ({ page }) => {
  const datastream = await client.call(routes.createDatastream, { body: { name: 'Consent', orgId: ORG } });
  await openShop(page, datastream.id, { defaultConsent: 'pending' });
  const consent = [{ standard: 'Adobe', version: '1.0', value: { general: 'in' } }];
  await page.evaluate((given) => alloy('setConsent', { consent: given }), consent);
  const ecid = await identityOf(page);
  await expect
    .poll(async () => (await profileOf(ecid).catch(() => null))?.attributes)
    .toMatchObject({ consents: { collect: { val: 'y' } } });
  const cookies = await page.context().cookies(SITE);
  expect(cookies.find(({ name }) => name === 'kndctr_KINDRED_AdobeOrg_consent')?.value).toContain('general');
});

test('a visitor is told its audiences and what to show, the event of the very request included', async ({ page }) => {
  const evaluation = 'edge';
  const pql = 'xEvent[eventType = "commerce.purchases"]';
  const buyers = await client.call(routes.createAudience, { body: { name: 'Alloy buyers', pql, evaluation } });
  const twice = await client.call(routes.createAudience, { body: { name: 'Alloy bought twice', pql: `${pql}.count() >= 2`, evaluation } });
  const audiences = [buyers.id, twice.id];
  const decisions = [
    {
      scope: 'hero',
      choices: [
        { audience: buyers.id, payload: { text: 'Thank you' } },
        { audience: null, payload: { text: 'Hello' } },
      ],
    },
  ];
  const body = { name: 'Told', orgId: ORG, destinations: [{ type: 'cookie' as const, name: 'audiences', audiences }], decisions };
  const datastream = await client.call(routes.createDatastream, { body });
  await openShop(page, datastream.id);
  const send = async (eventType: string): Promise<unknown> => {
    const result = await page.evaluate(
      (xdm) =>
        alloy('sendEvent', { xdm, personalization: { decisionScopes: ['hero'] } }) as Promise<{ propositions?: { toJSON?: unknown }[] }>,
      { eventType },
    );
    return JSON.parse(JSON.stringify(result.propositions ?? []));
  };
  const cookie = async (): Promise<string | undefined> => {
    const found = (await page.context().cookies(SITE)).find(({ name }) => name === 'audiences');
    return found && decodeURIComponent(found.value);
  };
  // Somebody new, of whom nothing is known.
  expect(await send('web.webpagedetails.pageViews')).toMatchObject([{ scope: 'hero', items: [{ data: { content: { text: 'Hello' } } }] }]);
  expect(await cookie()).toBe('');
  expect(await send('commerce.purchases')).toMatchObject([{ scope: 'hero', items: [{ data: { content: { text: 'Thank you' } } }] }]);
  expect(await cookie()).toBe(buyers.id);
  await send('commerce.purchases');
  expect(await cookie()).toBe(`${buyers.id},${twice.id}`);
});

test('a page and a worker evaluate audiences without any request', async ({ page }) => {
  const pql = 'xEvent[eventType = "commerce.productViews"].count() >= 2';
  const { id } = await client.call(routes.createAudience, { body: { name: 'Looked twice', pql, evaluation: 'edge' } });
  const { plans } = await client.call(routes.listEdgePlans, { query: {} });
  const { code } = await edgeBundle();
  const worker = `import { EdgeSets } from './kindred-edge.js';
    onmessage = ({ data }) => postMessage([...new EdgeSets(data.plans).memberships(null, { now: Date.now(), events: data.events })]);`;
  await page.route(`${SITE}**`, (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === '/kindred-edge.js') return route.fulfill({ contentType: 'text/javascript', body: code });
    if (path === '/worker.js') return route.fulfill({ contentType: 'text/javascript', body: worker });
    return route.fulfill({ contentType: 'text/html', body: '<title>Shop</title>' });
  });
  await page.goto(SITE);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  const found = await page.evaluate(async (given) => {
    const { EdgeSets } = (await import(`${location.origin}/kindred-edge.js`)) as typeof import('@kindred/pql/edge');
    const sets = new EdgeSets(given as never);
    const view = { eventType: 'commerce.productViews', timestamp: new Date().toISOString() };
    const asked = (events: readonly object[]) => [...sets.memberships(null, { now: Date.now(), events: events as never })];
    const answered = new Promise((resolve) => {
      const side = new Worker('/worker.js', { type: 'module' });
      side.addEventListener('message', ({ data }) => resolve(data));
      side.postMessage({ plans: given, events: [view, view] }, []);
    });
    return { once: asked([view]), twice: asked([view, view]), inWorker: await answered };
  }, plans);
  expect(found.once).not.toContain(id);
  expect(found.twice).toContain(id);
  expect(found.inWorker).toEqual(found.twice);
  expect(new Set(requests)).toEqual(new Set(['/kindred-edge.js', '/worker.js']));
});
