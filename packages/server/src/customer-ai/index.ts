export type { CustomerAiOptions } from './customer-ai.ts';
export { CustomerAi } from './customer-ai.ts';
export { PredictionError } from './errors.ts';
export type { PredictionErrorCode, Refusal } from './errors.ts';
export type { NewPrediction, Prediction, PredictionChange, Run, Task } from './prediction.ts';
export type { Readiness } from './readiness.ts';
