/** A browser that measures itself: how long from an input to the frame that shows what it did, and frames in a second. */
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { CHROMIUM } from '../browser/chromium.ts';

/** The Event Timing API tells of nothing shorter, ms. */
const SHORTEST = 16;

export interface MeasuredPage {
  readonly page: Page;
  readonly close: () => Promise<void>;
}

export async function openPage(): Promise<MeasuredPage> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US', timezoneId: 'UTC' });
  await page.addInitScript(listen, SHORTEST);
  return { page, close: () => browser.close() };
}

interface Heard {
  /** Durations of the events of one input, by the number that the browser gives it; ms. */
  readonly inputs: Map<number, number>;
  /** When the last input came, by the page's clock. */
  at: number;
  frames: number[] | null;
}

type MeasuredWindow = Window & { heard?: Heard };

/** Runs in the page. */
function listen(shortest: number): void {
  const heard: Heard = { inputs: new Map(), at: 0, frames: null };
  (window as MeasuredWindow).heard = heard;
  for (const type of ['pointerdown', 'keydown']) window.addEventListener(type, (event) => (heard.at = event.timeStamp), true);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      const { interactionId, duration } = entry;
      if (interactionId > 0) heard.inputs.set(interactionId, Math.max(duration, heard.inputs.get(interactionId) ?? 0));
    }
  }).observe({ type: 'event', durationThreshold: shortest } as PerformanceObserverInit);
}

/** From an input to the next frame, ms; the slowest where `act` is several inputs. */
export async function timeOf(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => (window as MeasuredWindow).heard?.inputs.clear());
  await act();
  return await page.evaluate(async (shortest) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    // Entries come after the frame they tell of.
    await new Promise((resolve) => setTimeout(resolve, 60));
    return Math.max(shortest, ...((window as MeasuredWindow).heard?.inputs.values() ?? []));
  }, SHORTEST);
}

/** From an input to the frame in which something matches the selector, ms. */
export async function timeUntil(page: Page, act: () => Promise<void>, selector: string): Promise<number> {
  await page.evaluate(() => {
    const { heard } = window as MeasuredWindow;
    if (heard) heard.at = Number.POSITIVE_INFINITY;
  });
  await act();
  return await page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = () => {
          const at = (window as MeasuredWindow).heard?.at ?? 0;
          if (Number.isFinite(at) && document.querySelector(wanted)) resolve(performance.now() - at);
          else requestAnimationFrame(look);
        };
        look();
      }),
    selector,
  );
}

/** From the start of loading a page to the frame in which something matches the selector, ms. */
export async function timeOfLoad(page: Page, url: string, selector: string): Promise<number> {
  await page.goto(url, { waitUntil: 'commit' });
  return await page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelector(wanted)) resolve(performance.now());
          else requestAnimationFrame(look);
        };
        look();
      }),
    selector,
  );
}

export interface Frames {
  readonly perSecond: number;
  /** Of all frames, 95 in 100 took no longer, ms. */
  readonly p95: number;
}

/** Frames while something goes on. */
export async function framesOf(page: Page, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const { heard } = window as MeasuredWindow;
    if (!heard) return;
    const frames: number[] = (heard.frames = []);
    const next = (now: number) => {
      if (heard.frames !== frames) return;
      frames.push(now);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await act();
  const frames = await page.evaluate(() => {
    const { heard } = window as MeasuredWindow;
    const found = heard?.frames ?? [];
    if (heard) heard.frames = null;
    return found;
  });
  const lengths = frames.slice(1).map((at, index) => at - (frames[index] ?? at));
  const whole = (frames.at(-1) ?? 0) - (frames[0] ?? 0);
  const slow = lengths.toSorted((a, b) => a - b)[Math.ceil(lengths.length * 0.95) - 1] ?? Number.NaN;
  return { perSecond: (lengths.length / whole) * 1000, p95: slow };
}
