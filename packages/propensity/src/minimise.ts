/** Limited-memory BFGS: the least of a smooth convex function of many variables, step by step, without randomness. */

export interface Objective {
  readonly size: number;
  /** The value at a point; writes the gradient. */
  readonly evaluate: (point: Float64Array, gradient: Float64Array) => number;
}

export interface MinimiseOptions {
  readonly steps: number;
  /** Ends where no part of the gradient is larger. */
  readonly tolerance: number;
  /** Called between two steps; what it throws ends the work. */
  readonly beforeStep: () => Promise<void>;
}

const MEMORY = 8;

interface Step {
  readonly moved: Float64Array;
  readonly bent: Float64Array;
  /** Their inner product, above 0. */
  readonly curve: number;
}

export async function minimise(objective: Objective, start: Float64Array, options: MinimiseOptions): Promise<Float64Array> {
  let point = Float64Array.from(start);
  let gradient = new Float64Array(objective.size);
  let value = objective.evaluate(point, gradient);
  const memory: Step[] = [];
  for (let step = 0; step < options.steps && largest(gradient) > options.tolerance; step += 1) {
    await options.beforeStep();
    const direction = downhill(gradient, memory);
    const next = search(objective, { point, gradient, value }, direction, memory.length === 0);
    if (next === null) break;
    const moved = next.point.map((each, at) => each - point[at]!);
    const bent = next.gradient.map((each, at) => each - gradient[at]!);
    const curve = dot(moved, bent);
    if (curve > 1e-12 * dot(bent, bent)) memory.push({ moved, bent, curve });
    if (memory.length > MEMORY) memory.shift();
    ({ point, gradient, value } = next);
  }
  return point;
}

interface Place {
  readonly point: Float64Array<ArrayBuffer>;
  readonly gradient: Float64Array<ArrayBuffer>;
  readonly value: number;
}

/** Halves the step until the value falls enough; null when it falls no more. */
function search(objective: Objective, from: Place, direction: Float64Array, isFirst: boolean): Place | null {
  const slope = dot(direction, from.gradient);
  let length = isFirst ? Math.min(1, 1 / Math.sqrt(dot(from.gradient, from.gradient))) : 1;
  for (let tries = 0; tries < 40; tries += 1) {
    const point = from.point.map((each, at) => each + length * direction[at]!);
    const gradient = new Float64Array(objective.size);
    const value = objective.evaluate(point, gradient);
    if (value <= from.value + 1e-4 * length * slope) return { point, gradient, value };
    length /= 2;
  }
  return null;
}

/** Newton's direction as far as the steps remembered tell of the curvature (two-loop recursion). */
function downhill(gradient: Float64Array, memory: readonly Step[]): Float64Array {
  const direction = gradient.map((each) => -each);
  const parts: number[] = [];
  for (const { moved, bent, curve } of memory.toReversed()) {
    const part = dot(moved, direction) / curve;
    parts.push(part);
    addTimes(direction, bent, -part);
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const scale = last.curve / dot(last.bent, last.bent);
    for (let at = 0; at < direction.length; at += 1) direction[at]! *= scale;
  }
  for (const { moved, bent, curve } of memory) addTimes(direction, moved, parts.pop()! - dot(bent, direction) / curve);
  return direction;
}

function addTimes(to: Float64Array, what: Float64Array, times: number): void {
  for (let at = 0; at < to.length; at += 1) to[at]! += times * what[at]!;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += one[at]! * other[at]!;
  return sum;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
