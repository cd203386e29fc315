/** `kindred predict …` */
import type { CallInput, CheckedPredictionScoring, PersonPredictionChange, Result, Routes } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { action, addCommand, choice, integer } from '../command.ts';
import { withServer } from '../connection.ts';
import { CommandError } from '../exit-codes.ts';
import { formatNumber, table } from '../output.ts';
import { describeModel, describePrediction, findPrediction, followRun, trainNow } from '../predictions.ts';

export function addPredictCommands(program: Command): void {
  const predict = program.command('predict').description('Define predictions, train them, score people, and say why');
  addCreate(predict);
  addTrain(predict);
  addScore(predict);
  addShow(predict);
  addModels(predict);
  addOutcomes(predict);
  addList(predict);
  addExplain(predict);
  addWhatIf(predict);
  addExport(predict);
  addDelete(predict);
}

interface CreateOptions {
  readonly event: readonly string[];
  readonly window: number;
  readonly kind: NonNullable<CallInput<Routes['createPrediction']>['body']['kind']>;
  readonly not?: boolean;
  readonly all?: boolean;
  readonly population?: string;
  readonly exclude: readonly string[];
  readonly leaveOut: readonly string[];
  readonly key?: string;
  readonly description?: string;
  readonly refresh: boolean;
  readonly dryRun?: boolean;
}

const several = (text: string, before: readonly string[]): readonly string[] => [...before, text];

function addCreate(predict: Command): void {
  addCommand(predict, 'create', 'Define a prediction; nothing is trained yet', [
    `predict create "Buys soon" --event 'eventType = "commerce.purchases"' --window 14`,
    `predict create "Churns" --kind churn --not --event 'eventType = "commerce.purchases"' --window 60`,
  ])
    .argument('<name>', 'unique name')
    .requiredOption('--event <condition>', 'PQL about one event, as within xEvent[…]; several times for several events', several, [])
    .requiredOption('--window <days>', 'how long the goal is waited for', integer(1))
    .option('--kind <kind>', 'conversion, churn or custom', choice('conversion', 'churn', 'custom'), 'conversion')
    .option('--not', 'the goal is that the events do not come')
    .option('--all', 'all events have to come; one of them is enough when left out')
    .option('--population <pql>', 'whom it is about; whoever had an event in the last 45 days when left out')
    .option('--exclude <condition>', 'events that the model does not look at; several times', several, [])
    .option('--leave-out <path>', 'a field that makes no features; several times', several, [])
    .option('--key <key>', 'how rules call it: customerAI.<key>; made from the name when left out')
    .option('--description <text>', 'what it is for')
    .option('--no-refresh', 'scores stay as they are between two runs that score everybody')
    .option('--dry-run', 'only say how many people it is about, and whether the history is long enough')
    .action(
      action(async (output, [name], options: CreateOptions) => {
        const task = taskOf(options);
        if (options.dryRun === true) {
          const ready = await withServer(({ client }) => client.call(routes.previewPrediction, { body: task }));
          const { eligible, positives, daysPresent, daysNeeded } = ready;
          const counted = `${formatNumber(eligible)} people on ${ready.cutOff.slice(0, 10)}, ${formatNumber(positives)} reached the goal; ${daysPresent} days of events, ${daysNeeded} needed`;
          return output.result(ready, () => [counted, ...[...ready.refusals, ...ready.warnings].map(({ message }) => message)].join('\n'));
        }
        const { key, description, refresh } = options;
        const body = {
          name: name ?? '',
          ...task,
          schedule: { refresh },
          ...(key !== undefined && { key }),
          ...(description !== undefined && { description }),
        };
        const made = await withServer(({ client }) => client.call(routes.createPrediction, { body }));
        output.result(made, () => describePrediction(made));
      }),
    );
}

function taskOf({ event, window, kind, not = false, all = false, population, exclude, leaveOut }: CreateOptions) {
  return {
    kind,
    goal: {
      occurs: not ? ('willNot' as const) : ('will' as const),
      match: all ? ('all' as const) : ('any' as const),
      events: event.map((condition) => ({ condition })),
      windowDays: window,
    },
    ...(population !== undefined && { population }),
    exclusions: [...exclude],
    excludedFields: [...leaveOut],
  };
}

function addTrain(predict: Command): void {
  addCommand(predict, 'train', 'Train a model on the past, test it there, and score everybody when it is good enough', [
    'predict train "Buys soon"',
  ])
    .argument('<prediction>', 'id, name or key')
    .action(
      action(async (output, [wanted]) => {
        const [trained, model] = await withServer(async ({ client }) => {
          const after = await trainNow(client, await findPrediction(client, wanted ?? ''));
          return [after, await client.call(routes.getPredictionModel, { params: { id: after.id } })] as const;
        });
        output.result(trained, () => `${describePrediction(trained)}\n\n${describeModel(model)}`);
      }),
    );
}

function addScore(predict: Command): void {
  addCommand(predict, 'score', 'Score everybody anew with the model in force', ['predict score "Buys soon"'])
    .argument('<prediction>', 'id, name or key')
    .action(
      action(async (output, [wanted]) => {
        const scored = await withServer(async ({ client }) => {
          const found = await findPrediction(client, wanted ?? '');
          await followRun(client, found, await client.call(routes.scorePrediction, { params: { id: found.id } }));
          return client.call(routes.getPrediction, { params: { id: found.id } });
        });
        output.result(scored, () => describePrediction(scored));
      }),
    );
}

function addShow(predict: Command): void {
  addCommand(predict, 'show', 'A prediction with its model: how good it is, and what drives it', ['predict show "Buys soon"'])
    .argument('<prediction>', 'id, name or key')
    .action(
      action(async (output, [wanted]) => {
        const [found, model] = await withServer(async ({ client }) => {
          const prediction = await findPrediction(client, wanted ?? '');
          const { id } = prediction;
          return [prediction, prediction.model && (await client.call(routes.getPredictionModel, { params: { id } }))] as const;
        });
        output.result({ ...found, card: model }, () => [describePrediction(found), ...(model ? [describeModel(model)] : [])].join('\n\n'));
      }),
    );
}

const MODEL_STATES = { pending: 'being scored with', inForce: 'in force', replaced: 'replaced', notTaken: 'not taken' } as const;

function addModels(predict: Command): void {
  addCommand(predict, 'models', 'All models that were trained, newest first, and why one did not take over', ['predict models "Buys soon"'])
    .argument('<prediction>', 'id, name or key')
    .action(
      action(async (output, [wanted = '']) => {
        const { models } = await withServer(async ({ client }) => {
          const { id } = await findPrediction(client, wanted);
          return await client.call(routes.listPredictionModels, { params: { id } });
        });
        const rows = models.map(({ version, trainedAt, algorithm, auc, state, reason }) => [
          version,
          trainedAt,
          algorithm,
          `${auc.value.toFixed(3)} (${auc.low.toFixed(3)}–${auc.high.toFixed(3)})`,
          reason === null ? MODEL_STATES[state] : `${MODEL_STATES[state]}: ${reason.message}`,
        ]);
        output.result(models, () => table(['version', 'trained at', 'algorithm', 'AUC', 'state'], rows));
      }),
    );
}

const RATES = { asSaid: 'as often as said', tooHigh: 'less often than said', tooLow: 'more often than said' } as const;

function addOutcomes(predict: Command): void {
  addCommand(predict, 'outcomes', 'What scorings said, and what people did when the window was over; newest first', [
    'predict outcomes "Buys soon"',
  ])
    .argument('<prediction>', 'id, name or key')
    .action(
      action(async (output, [wanted = '']) => {
        const { scorings } = await withServer(async ({ client }) => {
          const { id } = await findPrediction(client, wanted);
          return await client.call(routes.listPredictionOutcomes, { params: { id } });
        });
        const per = (share: number): string => `${(share * 100).toFixed(1)} %`;
        const rows = scorings.map(({ scoredAt, modelVersion, dueAt, status, reason, outcome }) => [
          scoredAt,
          modelVersion,
          outcome?.people ?? null,
          outcome && per(outcome.predictedRate),
          outcome && `${per(outcome.actualRate)} (${per(outcome.low)}–${per(outcome.high)})`,
          outcome?.auc?.value.toFixed(3) ?? null,
          outcome === null ? (status === 'waiting' ? `known from ${dueAt.slice(0, 10)} on` : reason) : verdictOf(outcome),
        ]);
        output.result(scorings, () => table(['scored at', 'model', 'people', 'said', 'came (95 %)', 'AUC', 'what came of it'], rows));
      }),
    );
}

function verdictOf({ rate, ranking }: NonNullable<CheckedPredictionScoring['outcome']>): string {
  return ranking === 'worse' ? `came ${RATES[rate]}; the likelier ones stand out less than in the test` : `came ${RATES[rate]}`;
}

function addList(predict: Command): void {
  addCommand(predict, 'list', 'All predictions', ['predict list', 'predict list --json']).action(
    action(async (output) => {
      const { predictions } = await withServer(({ client }) => client.call(routes.listPredictions));
      const rows = predictions.map((each) => [
        each.name,
        each.key,
        each.status,
        each.model?.auc.value.toFixed(3) ?? null,
        each.scores?.profiles ?? null,
        each.scores?.scoredAt ?? null,
        each.health && HEALTH[each.health.state],
      ]);
      output.result(predictions, () => table(['name', 'key', 'status', 'AUC', 'people', 'scored at', 'model'], rows));
    }),
  );
}

const HEALTH = { fine: 'holds', warn: 'watch it', alert: 'train anew' } as const;

function addExplain(predict: Command): void {
  addCommand(predict, 'explain', 'All scores of a person, and what moved them', ['predict explain CRMID:C0000001'])
    .argument('<identity>', 'namespace:id')
    .action(
      action(async (output, [identity = '']) => {
        const found = await withServer(({ client }) => client.call(routes.getProfilePredictions, { params: identityOf(identity) }));
        output.result(found, () => (found.predictions.length === 0 ? 'No scores' : found.predictions.map(describeScore).join('\n\n')));
      }),
    );
}

function identityOf(text: string): { readonly namespace: string; readonly id: string } {
  const [, namespace, id] = /^([^:]+):(.+)$/.exec(text) ?? [];
  if (namespace === undefined || id === undefined) throw new CommandError('usage', `${text} is no identity: write namespace:id`);
  return { namespace, id };
}

interface WhatIfOptions {
  readonly set: readonly string[];
}

type Changes = NonNullable<CallInput<Routes['askWhatIf']>['body']['changes']>;

function addWhatIf(predict: Command): void {
  addCommand(predict, 'what-if', 'What the model would say of a person with other values of its features: how it decides, no promise', [
    'predict what-if "Buys soon" CRMID:C0000001',
    'predict what-if "Buys soon" CRMID:C0000001 --set recency=3',
  ])
    .argument('<prediction>', 'id, name or key')
    .argument('<identity>', 'namespace:id')
    .option('--set <code=value>', 'a number, a category, or nothing for what is not known; several times', several, [])
    .action(
      action(async (output, [name = '', identity = ''], { set }: WhatIfOptions) => {
        const asked = await withServer(async ({ client }) => {
          const params = { ...identityOf(identity), prediction: (await findPrediction(client, name)).id };
          const { features } = await client.call(routes.askWhatIf, { params, body: {} });
          const categorical = new Set(features.flatMap(({ code, categories }) => (categories === null ? [] : [code])));
          const changes: Changes = Object.fromEntries(set.map((text) => changeOf(text, categorical)));
          return await client.call(routes.askWhatIf, { params, body: { changes } });
        });
        output.result(asked, () => describeWhatIf(asked));
      }),
    );
}

/** @param categorical codes of features whose values are names, even where they look like numbers */
function changeOf(text: string, categorical: ReadonlySet<string>): [code: string, value: Changes[string]] {
  const at = text.indexOf('=');
  if (at <= 0) throw new CommandError('usage', `${text} is no change: write code=value`);
  const [code, value] = [text.slice(0, at), text.slice(at + 1)];
  if (value === '') return [code, null];
  return [code, categorical.has(code) || value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value)];
}

function describeWhatIf({ prediction, before, after, features, warnings }: Result<Routes['askWhatIf']>): string {
  const outlook = ({ score, probability, percentile, bucket }: typeof before): string =>
    `${score} (${bucket}), probability ${(probability * 100).toFixed(1)} %${percentile === null ? '' : `, percentile ${percentile}`}`;
  const changed = features.filter(({ value, taken }) => value !== taken);
  const rows = features.map(({ code, label, words, value, taken }) => [
    code,
    label,
    words,
    value === taken ? '' : String(taken ?? 'not known'),
  ]);
  return [
    `${prediction.name}: ${outlook(before)}`,
    ...(changed.length === 0 ? [] : [`With the changes: ${outlook(after)}`]),
    ...warnings,
    '',
    table(['code', 'feature', 'value', 'taken for'], rows),
  ].join('\n');
}

type Score = Result<Routes['getProfilePredictions']>['predictions'][number];

function describeScore({ prediction, score, probability, percentile, bucket, factors, previous }: Score): string {
  const rows = factors.map((each) => [each.direction === 'up' ? '+' : '−', each.importance, each.label, each.value]);
  const head = `${prediction.name}: ${score} (${bucket}), probability ${(probability * 100).toFixed(1)} %, percentile ${percentile}`;
  const now = `${head}\n${table(['', 'strength', 'factor', 'value'], rows)}`;
  return previous === null ? now : `${now}\n${describeChange(score, previous)}`;
}

function describeChange(score: number, { score: before, bucket, scoredAt, modelVersion, factors }: PersonPredictionChange): string {
  const difference = score - before;
  const head = `Since the scoring of ${scoredAt}: ${difference > 0 ? '+' : ''}${difference} (it was ${before}, ${bucket})`;
  if (factors === null) return `${head}; version ${modelVersion} of the model scored then, whose factors are not comparable`;
  if (factors.length === 0) return head;
  const rows = factors.map(({ before: then, now, difference: moved }) => [
    moved === null ? '' : moved > 0 ? '+' : '−',
    (now ?? then)?.label ?? '',
    then?.value ?? '–',
    now?.value ?? '–',
  ]);
  return `${head}\n${table(['', 'factor', 'before', 'now'], rows)}`;
}

interface ExportOptions {
  readonly format: 'csv' | 'parquet';
  readonly out?: string;
}

function addExport(predict: Command): void {
  addCommand(predict, 'export', 'All scores with identities and factors, likeliest first', [
    'predict export "Buys soon" > scores.csv',
    'predict export "Buys soon" --format parquet --out scores.parquet',
  ])
    .argument('<prediction>', 'id, name or key')
    .option('--format <format>', 'csv or parquet', choice('csv', 'parquet'), 'csv')
    .option('--out <file>', 'where to; standard output when left out')
    .action(
      action(async (output, [wanted], { format, out }: ExportOptions) => {
        const bytes = await withServer(async ({ client }) => {
          const { id } = await findPrediction(client, wanted ?? '');
          const response = await client.call(routes.exportPredictionScores, { params: { id }, query: { format } });
          return Buffer.from(await response.arrayBuffer());
        });
        if (out === undefined) return void process.stdout.write(bytes);
        await writeFile(out, bytes);
        output.result({ file: out, bytes: bytes.length }, () => `${formatNumber(bytes.length)} bytes in ${out}`);
      }),
    );
}

function addDelete(predict: Command): void {
  addCommand(predict, 'delete', 'Delete a prediction with its models, scores and fields', ['predict delete "Buys soon"'])
    .argument('<prediction>', 'id, name or key')
    .action(
      action(async (output, [wanted]) => {
        const deleted = await withServer(async ({ client }) => {
          const found = await findPrediction(client, wanted ?? '');
          await client.call(routes.deletePrediction, { params: { id: found.id } });
          return found;
        });
        output.result({ id: deleted.id, deleted: true }, () => `Deleted ${deleted.name}`);
      }),
    );
}
