/**
 * Kills a server under load, many times, and counts what it kept: nothing acknowledged may be lost, nothing stored twice; of live audiences,
 * nobody may be told twice to enter or leave, and who is in must be right.
 *
 *   npm run crash [-- --kills 50] [--clients 4] [--batch 50] [--seed 42]
 *
 * The last line has everything that matters. Leaves with exit code 1 when something was lost or is there twice.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { crash } from '../packages/server/test/ingest/stream/crash/crash.ts';

const number = { type: 'string' } as const;
const { values } = parseArgs({ options: { kills: number, clients: number, batch: number, seed: number } });
const seed = Number(values.seed ?? randomInt(2 ** 31));
/** The shortest and the longest life of a server, in ms. */
const LIFE = [200, 3000] as const;

const started = performance.now();
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
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  `seed ${seed}: ${kills} kills, ${acknowledged} events acknowledged, ${repeated} requests repeated; stored ${rows} rows with ${ids} ids, ` +
    `${lost.length} lost, ${rows - ids} twice, ${deadLetters} dead letters; ${changes} changes of membership, ${toldTwice} told twice, ` +
    `${wrong} wrong; ${seconds} s`,
);
process.exitCode = lost.length > 0 || rows !== ids || deadLetters > 0 || toldTwice > 0 || wrong > 0 ? 1 : 0;

/** Numbers from 0 to 1 that follow from a seed. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
