import type { Prediction } from '@kindred/contract';
import { Cell, Column, Row, TableBody, TableHeader, TableView } from '@react-spectrum/s2/TableView';
import { Ago } from '../ui/ago.tsx';
import { formatCount } from '../ui/format.ts';
import { HealthState } from './health-state.tsx';
import styles from './prediction-table.module.css';
import { PredictionStatus } from './prediction-status.tsx';
import { goalText, KINDS } from './words.ts';

const HEADER_HEIGHT = 33;
const ROW_HEIGHT = 48;

/** All predictions; a row leads to its page. */
export function PredictionTable({ predictions }: { readonly predictions: readonly Prediction[] }) {
  return (
    <TableView
      aria-label="Predictions"
      density="spacious"
      overflowMode="wrap"
      UNSAFE_className={styles.table ?? ''}
      UNSAFE_style={{ height: `min(${predictions.length * ROW_HEIGHT + HEADER_HEIGHT + 2}px, calc(100dvh - 200px))`, minHeight: 160 }}
    >
      <TableHeader>
        <Column id="name" isRowHeader minWidth={240} width="3fr">
          Name
        </Column>
        <Column id="kind" width={120}>
          Type
        </Column>
        <Column id="status" width={130}>
          Status
        </Column>
        <Column id="run" width={150}>
          Last run
        </Column>
        <Column id="auc" align="end" width={90}>
          AUC
        </Column>
        <Column id="scored" align="end" width={120}>
          People scored
        </Column>
        <Column id="health" width={130}>
          Model
        </Column>
      </TableHeader>
      <TableBody items={predictions}>{predictionRow}</TableBody>
    </TableView>
  );
}

function predictionRow(prediction: Prediction) {
  const { id, name, kind, status, lastRun, model, scores, health } = prediction;
  return (
    <Row id={id} href={`/predictions/${id}`} textValue={name}>
      <Cell textValue={name}>
        <span className={styles.name}>{name}</span>
        <span className={styles.goal}>{goalText(prediction)}</span>
      </Cell>
      <Cell>{KINDS[kind].title}</Cell>
      <Cell>
        <PredictionStatus status={status} />
      </Cell>
      <Cell>{lastRun === null ? <span className={styles.faint}>Never</span> : <Ago at={lastRun.endedAt ?? lastRun.createdAt} />}</Cell>
      <Cell align="end">{model === null ? <span className={styles.faint}>–</span> : model.auc.value.toFixed(3)}</Cell>
      <Cell align="end">{scores === null ? <span className={styles.faint}>–</span> : formatCount(scores.profiles)}</Cell>
      <Cell>{health === null ? <span className={styles.faint}>–</span> : <HealthState health={health} />}</Cell>
    </Row>
  );
}
