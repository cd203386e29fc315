/**
 * Kills a real server while it trains and while it scores, again and again, and looks at what is left: the model and the scores there were,
 * and a run that has failed. In the end a model is trained and used.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Prediction, PredictionRun } from '@kindred/contract';
import { createClient, routes } from '@kindred/contract';
import type { Listening } from '../support/processes.ts';
import { startOwnServer, temporaryFolder } from '../support/processes.ts';

export interface PredictionCrashOptions {
  /** Kills while it trains, and as many while it scores. */
  readonly kills: number;
  /** People of the demo shop. */
  readonly people: number;
  /** Numbers from 0 to 1, for the moments of the kills. */
  readonly random: () => number;
  readonly onKill?: (kind: 'train' | 'score', run: PredictionRun) => void;
}

export interface PredictionCrashResult {
  readonly training: number;
  readonly scoring: number;
  /** Runs that had ended when the kill came: they do not count. */
  readonly tooLate: number;
  /** What was not as it should be, in words. */
  readonly wrong: readonly string[];
}

const GOAL = { events: [{ condition: 'eventType = "commerce.purchases"' }], windowDays: 30 };

export async function predictionCrash({ kills, people, random, onKill }: PredictionCrashOptions): Promise<PredictionCrashResult> {
  const folder = temporaryFolder('kindred-prediction-crash');
  const shop = await Shop.open(folder.path, people);
  const done = { train: 0, score: 0 };
  let tooLate = 0;
  const wrong: string[] = [];
  try {
    const lasts = { train: await shop.wholeRun('train'), score: await shop.wholeRun('score') };
    while (done.train < kills || done.score < kills) {
      const kind = done.train <= done.score ? 'train' : 'score';
      const before = await shop.state();
      const run = await shop.killIn(kind, lasts[kind] * random());
      onKill?.(kind, run);
      if (run.status === 'succeeded') {
        tooLate++;
        continue;
      }
      done[kind]++;
      if (run.status !== 'failed' || run.error?.code !== 'interrupted') wrong.push(`the run is ${run.status}, ${run.error?.code}`);
      if ((await shop.state()) !== before) wrong.push(`the model or its scores are others after a kill in ${run.step}`);
    }
    await shop.wholeRun('train');
    return { training: done.train, scoring: done.score, tooLate, wrong };
  } finally {
    await shop.kill();
    folder.remove();
  }
}

class Shop {
  readonly #folder: string;
  #server: Listening;
  #prediction = '';

  private constructor(folder: string, server: Listening) {
    this.#folder = folder;
    this.#server = server;
  }

  /** With a prediction that is not trained yet. */
  static async open(folder: string, people: number): Promise<Shop> {
    const shop = new Shop(folder, await startOwnServer(folder));
    let job = await shop.#client.call(routes.startDemo, { body: { profiles: people, seed: 1 } });
    while (job.finishedAt === null) {
      await sleep(100);
      job = await shop.#client.call(routes.getImport, { params: { id: job.id } });
    }
    const body = { name: 'Buys soon', kind: 'conversion', goal: GOAL } as const;
    shop.#prediction = (await shop.#client.call(routes.createPrediction, { body })).id;
    return shop;
  }

  async kill(): Promise<void> {
    await this.#server.running.kill();
  }

  /** All that is to survive, as text. */
  async state(): Promise<string> {
    const { model, scores } = await this.#get();
    const exported = await this.#client.call(routes.exportPredictionScores, { params: this.#params, query: {} });
    return JSON.stringify([model, scores, await exported.text()]);
  }

  /** Gives how long it took, ms. */
  async wholeRun(kind: 'train' | 'score'): Promise<number> {
    const began = performance.now();
    let run = await this.#start(kind);
    while (run.endedAt === null) {
      await sleep(20);
      run = await this.#run(run.id);
    }
    if (run.status !== 'succeeded') throw new Error(`the run is ${run.status}: ${run.error?.message}`);
    return performance.now() - began;
  }

  /** Starts a run, kills the server some ms later, starts it again, and gives what has become of the run. */
  async killIn(kind: 'train' | 'score', ms: number): Promise<PredictionRun> {
    const { id } = await this.#start(kind);
    await sleep(ms);
    const { step } = await this.#run(id);
    await this.kill();
    this.#server = await startOwnServer(this.#folder);
    return { ...(await this.#run(id)), step };
  }

  get #client() {
    return createClient({ baseUrl: this.#server.url });
  }

  get #params() {
    return { id: this.#prediction };
  }

  async #get(): Promise<Prediction> {
    return await this.#client.call(routes.getPrediction, { params: this.#params });
  }

  async #start(kind: 'train' | 'score'): Promise<PredictionRun> {
    const route = kind === 'train' ? routes.trainPrediction : routes.scorePrediction;
    return await this.#client.call(route, { params: this.#params });
  }

  async #run(runId: string): Promise<PredictionRun> {
    return await this.#client.call(routes.getPredictionRun, { params: { ...this.#params, runId } });
  }
}
