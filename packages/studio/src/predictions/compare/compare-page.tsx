import { routes } from '@kindred/contract';
import type { Prediction, PredictionModel } from '@kindred/contract';
import { Picker, PickerItem } from '@react-spectrum/s2/Picker';
import { useSearchParams } from 'react-router';
import { call } from '../../api/session.ts';
import { useResource } from '../../api/use-resource.ts';
import { Stack } from '../../ui/columns.tsx';
import { formatDate } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../../ui/states.tsx';
import table from '../../ui/table.module.css';
import { shareAxis } from '../../ui/charts/axes.ts';
import { LineChart } from '../../ui/charts/line-chart.tsx';
import { ORIGIN, Roc } from '../insights/curves.tsx';
import styles from '../insights/insights.module.css';
import { useModel } from '../insights/use-insights.ts';
import { measured, MEASURES } from '../metrics.ts';

const PARENT = { title: 'Predictions', href: '/predictions' };

/** A model by its prediction and version, as the address has it: `<id>` or `<id>.<version>`. */
interface Chosen {
  readonly id: string;
  /** Null: the one in force. */
  readonly version: number | null;
}

function chosenOf(text: string | null): Chosen | null {
  if (text === null || text === '') return null;
  const [id = '', version] = text.split('.');
  return { id, version: version === undefined ? null : Number(version) };
}

/** Two models side by side: of two predictions, or two versions of one. */
export function ComparePage() {
  const list = useResource('predictions', (signal) => call(routes.listPredictions, { signal }));
  const trained = list.data?.predictions.filter(({ model }) => model !== null);
  return (
    <Page wide title="Compare models" parent={PARENT} subtitle="Each by what it did on days that it had not seen.">
      {list.error && <Failure error={list.error} retry={list.reload} title="The predictions could not be loaded" />}
      {trained === undefined && list.loading && <Skeleton lines={6} height={32} />}
      {trained?.length === 0 && <Empty title="No model yet">Train a prediction first.</Empty>}
      {trained !== undefined && trained.length > 0 && <Comparison predictions={trained} />}
    </Page>
  );
}

function Comparison({ predictions }: { readonly predictions: readonly Prediction[] }) {
  const [query, setQuery] = useSearchParams();
  const first = predictions[0]?.id ?? '';
  const left = chosenOf(query.get('left')) ?? { id: first, version: null };
  const right = chosenOf(query.get('right')) ?? { id: predictions.find(({ id }) => id !== left.id)?.id ?? first, version: null };
  const models = [useModel(left.id, left.version), useModel(right.id, right.version)];
  const choose = (side: 'left' | 'right') => (text: string) => setQuery((old) => withSide(old, side, text), { replace: true });
  const failed = models.find(({ error }) => error !== undefined);
  const [one, other] = models.map(({ data }) => data);
  const nameOf = ({ id }: Chosen, model: PredictionModel) =>
    `${predictions.find((each) => each.id === id)?.name ?? id}, version ${model.version}`;
  return (
    <Stack>
      <div className={styles.row}>
        <Choice label="One model" predictions={predictions} chosen={left} onChoose={choose('left')} />
        <Choice label="Other model" predictions={predictions} chosen={right} onChoose={choose('right')} />
      </div>
      {failed?.error && <Failure error={failed.error} retry={failed.reload} title="A model could not be loaded" />}
      {one && other && <SideBySide one={{ title: nameOf(left, one), model: one }} other={{ title: nameOf(right, other), model: other }} />}
    </Stack>
  );
}

function withSide(old: URLSearchParams, side: 'left' | 'right', text: string): URLSearchParams {
  const news = new URLSearchParams(old);
  news.set(side, text);
  return news;
}

interface ChoiceProps {
  readonly label: string;
  readonly predictions: readonly Prediction[];
  readonly chosen: Chosen;
  readonly onChoose: (text: string) => void;
}

function Choice({ label, predictions, chosen: { id, version }, onChoose }: ChoiceProps) {
  const options = predictions.flatMap((each) =>
    versionsOf(each).map((number) => ({ id: `${each.id}.${number}`, title: `${each.name}, version ${number}` })),
  );
  const inForce = predictions.find((each) => each.id === id)?.model?.version ?? 1;
  return (
    <Picker
      label={label}
      selectedKey={`${id}.${version ?? inForce}`}
      onSelectionChange={(key) => onChoose(String(key))}
      UNSAFE_style={{ width: 'min(100%, 360px)' }}
    >
      {options.map((option) => (
        <PickerItem key={option.id} id={option.id}>
          {option.title}
        </PickerItem>
      ))}
    </Picker>
  );
}

/** Newest first; a run may have made one that did not take over. */
function versionsOf({ model, lastRun }: Prediction): readonly number[] {
  const newest = Math.max(model?.version ?? 0, lastRun?.modelVersion ?? 0);
  return Array.from({ length: newest }, (_, index) => newest - index);
}

interface Titled {
  readonly title: string;
  readonly model: PredictionModel;
}

function SideBySide({ one, other }: { readonly one: Titled; readonly other: Titled }) {
  // Lines of the same name would be one.
  const models = one.title === other.title ? [one] : [one, other];
  return (
    <>
      <Panel title="Measures" flush>
        <Measures one={one} other={other} />
      </Panel>
      <div className={styles.pair}>
        <Panel title="ROC curve">
          <Roc models={models} />
        </Panel>
        <Panel title="Gains">
          <BothGains models={models} />
        </Panel>
        {models.map(({ title, model }) => (
          <Panel key={title} title={`Factors of ${title}`}>
            <ol className={styles.list}>
              {model.features.slice(0, 10).map(({ code, label, importance }) => (
                <li key={code}>
                  {label} <span className={styles.number}>{importance.toFixed(2)}</span>
                </li>
              ))}
            </ol>
          </Panel>
        ))}
      </div>
    </>
  );
}

function BothGains({ models }: { readonly models: readonly Titled[] }) {
  return (
    <LineChart
      name="Gains of both"
      summary={models.map(({ title, model }) => `${title}: lift of the top 10 % ${measured(model.metrics.lift10).value}`).join('; ')}
      x={shareAxis('People, highest scores first')}
      y={shareAxis('Of those with the outcome')}
      series={models.map(({ title, model }, index) => ({
        title,
        shade: index === 0 ? 'first' : 'second',
        points: [ORIGIN, ...model.curve.map(({ share, recall }) => ({ x: share, y: recall }))],
      }))}
      height={260}
    />
  );
}

function Measures({ one, other }: { readonly one: Titled; readonly other: Titled }) {
  const sides = [one, other];
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label="Measures of both">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Measure</th>
            {sides.map(({ title }, index) => (
              <th key={index} scope="col" className={table.number}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Trained</th>
            {sides.map(({ model }, index) => (
              <td key={index} className={table.number}>
                {formatDate(model.trainedAt)}
              </td>
            ))}
          </tr>
          {MEASURES.map(({ id, title }) => (
            <tr key={id}>
              <th scope="row">{title}</th>
              {sides.map(({ model }, index) => {
                const { value, range } = measured(model.metrics[id]);
                return (
                  <td key={index} className={table.number}>
                    {value}
                    {range !== null && <small> ({range})</small>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
