import { routes } from '@kindred/contract';
import type { PredictionModel, PredictionRun, Result, Routes } from '@kindred/contract';
import { StatusLight } from '@react-spectrum/s2/StatusLight';
import { Link } from 'react-router';
import { call } from '../../api/session.ts';
import { useResource } from '../../api/use-resource.ts';
import { Ago } from '../../ui/ago.tsx';
import { Columns } from '../../ui/columns.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { formatCount, formatDate, formatDuration, formatShare } from '../../ui/format.ts';
import { Instant } from '../../ui/instant.tsx';
import { Panel } from '../../ui/panel.tsx';
import table from '../../ui/table.module.css';
import { AboutPrediction } from '../about-prediction.tsx';
import { usePrediction } from '../prediction-page.tsx';
import { Reason } from '../readiness.tsx';
import { formatDifference, formatMeasure } from '../metrics.ts';
import { RUN_STATES } from '../runs.ts';
import { documentedCode } from '../words.ts';
import styles from './insights.module.css';
import { Loaded } from './loaded.tsx';
import { useModel } from './use-insights.ts';

/** Everything there is to know about the model: what it was made of and how, its limits, its runs. */
export function CardTab() {
  const { prediction } = usePrediction();
  const model = useModel(prediction.id, prediction.model?.version ?? null);
  const runs = useResource(
    `runs ${prediction.id}`,
    (signal) => call(routes.listPredictionRuns, { params: { id: prediction.id }, signal }),
    {
      refreshOn: prediction.lastRun?.endedAt ?? prediction.lastRun?.id,
    },
  );
  const models = useResource(
    `models ${prediction.id}`,
    (signal) => call(routes.listPredictionModels, { params: { id: prediction.id }, signal }),
    { refreshOn: prediction.lastRun?.endedAt ?? prediction.lastRun?.id },
  );
  return (
    <Columns
      rail={
        <Panel title="About">
          <AboutPrediction prediction={prediction} />
        </Panel>
      }
    >
      <Loaded resource={model}>{(found) => <Card model={found} />}</Loaded>
      <Panel title="All models" flush>
        <Loaded resource={models}>{({ models: all }) => <Models prediction={prediction.id} models={all} />}</Loaded>
      </Panel>
      <Panel title="Runs" flush>
        <Loaded resource={runs}>{({ runs: all }) => <Runs runs={all} />}</Loaded>
      </Panel>
    </Columns>
  );
}

function contestWords({ auc, difference: { value, low, high }, fair }: NonNullable<PredictionModel['contest']>): string {
  const [more, least, most] = [value, low, high].map((each) => formatDifference(each, 3));
  const words = `AUC ${more} (95 %: ${least} to ${most}) on the same people, where that one has ${auc.toFixed(3)}`;
  return fair ? words : `${words} and had seen some of the outcomes`;
}

function Card({ model }: { readonly model: PredictionModel }) {
  const { version, trainedAt, algorithm, goal, population, snapshots, leftOut, warnings, limits, parameters, sha256, seed, features } =
    model;
  const { contest } = model;
  return (
    <>
      <Panel title={`Model, version ${version}`}>
        <Facts>
          <Fact title="Trained">
            <Instant at={trainedAt} />
          </Fact>
          <Fact title="Algorithm">{algorithm === 'boosted' ? 'Gradient boosted trees' : 'Logistic regression'}</Fact>
          <Fact title="Features">{formatCount(features.length)}</Fact>
          <Fact title="Seed">{seed}</Fact>
          {contest !== null && <Fact title={`Beside version ${contest.against}`}>{contestWords(contest)}</Fact>}
          <Fact title="Goal">{goal}</Fact>
          <Fact title="Population">
            <code>{population}</code>
          </Fact>
        </Facts>
        <h3 className={styles.heading}>Parameters</h3>
        <p className={styles.code}>
          {Object.entries(parameters)
            .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
            .join(', ')}
        </p>
        <h3 className={styles.heading}>SHA-256 of the file</h3>
        <p className={styles.code}>{sha256}</p>
      </Panel>
      <Panel title="Learned from" flush>
        <Snapshots snapshots={snapshots} />
      </Panel>
      <Panel title="Limits">
        <ul className={styles.list}>
          {limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
        {warnings.length > 0 && (
          <ul className={styles.reasons}>
            {warnings.map((warning) => (
              <Reason key={warning.message} entry={warning} severity="warning" />
            ))}
          </ul>
        )}
      </Panel>
      {leftOut.length > 0 && (
        <Panel title="Left out, so that nothing tells the outcome beforehand">
          <ul className={styles.list}>
            {leftOut.map(({ what, reason }) => (
              <li key={`${what} ${reason}`}>
                <strong>{what}</strong>: {reason}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

const MODEL_STATES = { pending: 'Being scored with', inForce: 'In force', replaced: 'Replaced', notTaken: 'Not taken' } as const;

interface ModelsProps {
  readonly prediction: string;
  readonly models: Result<Routes['listPredictionModels']>['models'];
}

function Models({ prediction, models }: ModelsProps) {
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label="All models that were trained">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col" className={table.number}>
              Version
            </th>
            <th scope="col">Trained</th>
            <th scope="col" className={table.number}>
              AUC
            </th>
            <th scope="col">State</th>
            <th scope="col">
              <span className="visually-hidden">Compare</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {models.map(({ version, trainedAt, auc, state, reason }) => (
            <tr key={version}>
              <td className={table.number}>{version}</td>
              <td>
                <Ago at={trainedAt} />
              </td>
              <td className={table.number}>
                {formatMeasure(auc.value)} ({formatMeasure(auc.low)} to {formatMeasure(auc.high)})
              </td>
              <td>
                {MODEL_STATES[state]}
                {reason && <>: {reason.message}</>}
              </td>
              <td>
                {state !== 'inForce' && <Link to={`/predictions/compare?left=${prediction}&right=${prediction}.${version}`}>Compare</Link>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Snapshots({ snapshots }: Pick<PredictionModel, 'snapshots'>) {
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label="Days that people were looked at">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">As of</th>
            <th scope="col">Used by</th>
            <th scope="col" className={table.number}>
              Eligible
            </th>
            <th scope="col" className={table.number}>
              Looked at
            </th>
            <th scope="col" className={table.number}>
              With the outcome
            </th>
          </tr>
        </thead>
        <tbody>
          {snapshots.map(({ at, trainedOn, eligible, positives, rows }) => (
            <tr key={at}>
              <th scope="row">{formatDate(at)}</th>
              <td>{trainedOn ? 'this model' : 'the back-test only'}</td>
              <td className={table.number}>{formatCount(eligible)}</td>
              <td className={table.number}>{formatCount(rows)}</td>
              <td className={table.number}>
                {formatCount(positives)} ({formatShare(positives, eligible)})
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Runs({ runs }: { readonly runs: readonly PredictionRun[] }) {
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label="Runs, newest first">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Begun</th>
            <th scope="col">What</th>
            <th scope="col">State</th>
            <th scope="col">By</th>
            <th scope="col" className={table.number}>
              Version
            </th>
            <th scope="col" className={table.number}>
              People
            </th>
            <th scope="col" className={table.number}>
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Run key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Run({
  run: { kind, status, error, startedBy, modelVersion, profiles, createdAt, startedAt, endedAt },
}: {
  readonly run: PredictionRun;
}) {
  const { title, variant } = RUN_STATES[status];
  const code = error === null ? null : documentedCode(error);
  return (
    <tr>
      <th scope="row">
        <Ago at={createdAt} />
      </th>
      <td>{kind === 'train' ? 'Train' : 'Score'}</td>
      <td>
        <StatusLight size="S" variant={variant}>
          {title}
        </StatusLight>
        {error !== null && (
          <span>
            {error.message} {code !== null && <code>{code}</code>}
          </span>
        )}
      </td>
      <td>{startedBy}</td>
      <td className={table.number}>{modelVersion ?? '–'}</td>
      <td className={table.number}>{profiles === null ? '–' : formatCount(profiles)}</td>
      <td className={table.number}>
        {startedAt === null || endedAt === null ? '–' : formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}
      </td>
    </tr>
  );
}
