/**
 * Kills a server under load, many times, and counts what it kept: nothing acknowledged may be lost, nothing stored twice; of live audiences,
 * nobody may be told twice to enter or leave, and who is in must be right.
 *
 *   npm run crash [-- --kills 50] [--clients 4] [--batch 50] [--seed 42]
 *   npm run crash -- --predictions 10 [--people 4000] [--seed 42]
 *
 * The second one kills it so often while it trains a prediction, and as often while it scores: the model and the scores there were stay.
 * The last line has everything that matters. Leaves with exit code 1 when something was lost or is there twice.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { predictionCrash } from '../packages/server/test/customer-ai/crash.ts';
import { crash } from '../packages/server/test/ingest/stream/crash/crash.ts';

const number = { type: 'string' } as const;
const options = { kills: number, clients: number, batch: number, seed: number, predictions: number, people: number };
const { values } = parseArgs({ options });
const seed = Number(values.seed ?? randomInt(2 ** 31));
/** The shortest and the longest life of a server, in ms. */
const LIFE = [200, 3000] as const;

const started = performance.now();
const seconds = (): number => Math.round((performance.now() - started) / 1000);
process.exitCode = (values.predictions === undefined ? await stream() : await predictions(Number(values.predictions))) ? 0 : 1;

/** Whether all is well. */
async function stream(): Promise<boolean> {
  const result = await crash({
    kills: Number(values.kills ?? 50),
    clients: Number(values.clients ?? 4),
    batch: Number(values.batch ?? 50),
    life: LIFE,
    random: randomFrom(seed),
    onKill: (kill, acknowledged) => console.log(`kill ${kill}: ${acknowledged} events acknowledged so far`),
  });
  const { kills, acknowledged, repeated, rows, ids, lost, deadLetters, changes, toldTwice, wrong } = result;
  for (const id of lost.slice(0, 20)) console.log(`lost: ${id}`);
  console.log(
    `seed ${seed}: ${kills} kills, ${acknowledged} events acknowledged, ${repeated} requests repeated; stored ${rows} rows with ${ids} ids, ` +
      `${lost.length} lost, ${rows - ids} twice, ${deadLetters} dead letters; ${changes} changes of membership, ${toldTwice} told twice, ` +
      `${wrong} wrong; ${seconds()} s`,
  );
  return lost.length === 0 && rows === ids && deadLetters === 0 && toldTwice === 0 && wrong === 0;
}

/** Whether all is well. */
async function predictions(kills: number): Promise<boolean> {
  const { training, scoring, tooLate, wrong } = await predictionCrash({
    kills,
    people: Number(values.people ?? 4000),
    random: randomFrom(seed),
    onKill: (kind, { status, step }) => console.log(`${kind}: killed in "${step}", the run is ${status}`),
  });
  for (const each of wrong) console.log(`wrong: ${each}`);
  console.log(
    `seed ${seed}: ${training} kills while it trained, ${scoring} while it scored, ${tooLate} too late to count; ${wrong.length} wrong, and ` +
      `a new model was trained and used; ${seconds()} s`,
  );
  return wrong.length === 0;
}

/** Numbers from 0 to 1 that follow from a seed. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
