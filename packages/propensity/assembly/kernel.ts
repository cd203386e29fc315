/**
 * The three loops in which nearly all time goes, in AssemblyScript: finding bins, adding up gradients, looking up Shapley values. Everything is
 * a place in the one memory, in bytes; nothing is allocated. Adding and looking up have plain twins, src/boost/kernel.ts and
 * src/shap/run.ts, which they equal bit by bit.
 */

/** Rows gathered at a time: many cache misses are under way together, and the adding reads what is near. */
const CHUNK: i32 = 1024;
/** Bytes of the histogram of one feature. */
const HISTOGRAM: usize = 2048;

/**
 * Sums the gradients of rows by feature and bin. A gradient is one 64-bit number, hessian below and gradient above: one addition.
 * `scratch` holds a chunk of rows and their gradients.
 */
export function fill(
  order: usize,
  count: i32,
  bins: usize,
  stride: i32,
  gradients: usize,
  chosen: usize,
  columns: i32,
  histograms: usize,
  scratch: usize,
): void {
  for (let each = 0; each < columns; each++) memory.fill(histogramOf(histograms, chosen, each), 0, HISTOGRAM);
  const slopes = scratch + <usize>(CHUNK * stride);
  for (let start = 0; start < count; start += CHUNK) {
    const rows = min(CHUNK, count - start);
    gather(order + ((<usize>start) << 2), rows, bins, stride, gradients, scratch, slopes);
    let column = 0;
    for (; column + 8 <= columns; column += 8) addEight(rows, scratch, stride, slopes, chosen + ((<usize>column) << 2), histograms);
    for (; column < columns; column++)
      addOne(rows, scratch + featureOf(chosen, column), stride, slopes, histogramOf(histograms, chosen, column));
  }
}

/** Takes the sums of one slot from those of another. */
export function subtract(from: usize, what: usize, chosen: usize, columns: i32): void {
  for (let each = 0; each < columns; each++) {
    const one = histogramOf(from, chosen, each);
    const other = histogramOf(what, chosen, each);
    for (let at: usize = 0; at < HISTOGRAM; at += 16) v128.store(one + at, i32x4.sub(v128.load(one + at), v128.load(other + at)));
  }
}

function featureOf(chosen: usize, at: i32): usize {
  return <usize>load<i32>(chosen + ((<usize>at) << 2));
}

function histogramOf(histograms: usize, chosen: usize, at: i32): usize {
  return histograms + featureOf(chosen, at) * HISTOGRAM;
}

function gather(order: usize, rows: i32, bins: usize, stride: i32, gradients: usize, to: usize, slopes: usize): void {
  let target = to;
  for (let each = 0; each < rows; each++) {
    const row = <usize>load<u32>(order + ((<usize>each) << 2));
    const source = bins + row * <usize>stride;
    for (let at: usize = 0; at < <usize>stride; at += 16) v128.store(target + at, v128.load(source + at));
    target += <usize>stride;
    store<i64>(slopes + ((<usize>each) << 3), load<i64>(gradients + (row << 3)));
  }
}

function add(histogram: usize, bin: usize, slope: i64): void {
  const place = histogram + ((<usize>load<u8>(bin)) << 3);
  store<i64>(place, load<i64>(place) + slope);
}

function addOne(rows: i32, bins: usize, stride: i32, slopes: usize, histogram: usize): void {
  for (let each = 0; each < rows; each++) add(histogram, bins + <usize>(each * stride), load<i64>(slopes + ((<usize>each) << 3)));
}

function addEight(rows: i32, bins: usize, stride: i32, slopes: usize, chosen: usize, histograms: usize): void {
  const f0 = featureOf(chosen, 0);
  const f1 = featureOf(chosen, 1);
  const f2 = featureOf(chosen, 2);
  const f3 = featureOf(chosen, 3);
  const f4 = featureOf(chosen, 4);
  const f5 = featureOf(chosen, 5);
  const f6 = featureOf(chosen, 6);
  const f7 = featureOf(chosen, 7);
  let row = bins;
  for (let each = 0; each < rows; each++) {
    const slope = load<i64>(slopes + ((<usize>each) << 3));
    add(histograms + f0 * HISTOGRAM, row + f0, slope);
    add(histograms + f1 * HISTOGRAM, row + f1, slope);
    add(histograms + f2 * HISTOGRAM, row + f2, slope);
    add(histograms + f3 * HISTOGRAM, row + f3, slope);
    add(histograms + f4 * HISTOGRAM, row + f4, slope);
    add(histograms + f5 * HISTOGRAM, row + f5, slope);
    add(histograms + f6 * HISTOGRAM, row + f6, slope);
    add(histograms + f7 * HISTOGRAM, row + f7, slope);
    row += <usize>stride;
  }
}

/**
 * Writes the bin of each value, a byte each: how many of 255 ascending edges are below it (those that a feature does not need are
 * infinite), 255 where it is not a number. Always eight steps and no branch to guess wrong.
 */
export function bin(values: usize, count: i32, edges: usize, out: usize): void {
  for (let each = 0; each < count; each++) {
    const value = load<f64>(values + ((<usize>each) << 3));
    let below: usize = 0;
    for (let half: usize = 128; half > 0; half >>= 1) below += <usize>(load<f64>(edges + ((below + half - 1) << 3)) < value) * half;
    store<u8>(out + <usize>each, value == value ? <u8>below : 255);
  }
}

/** Rows explained at a time: one byte of a vector each. */
const LANES: usize = 16;

/**
 * Adds the Shapley values of rows to `sums`, `features` numbers a row; `rows` is a multiple of 16. `code`, `masks` and `values` are those
 * of src/shap/program.ts. `scratch` holds two vectors a split of the widest tree, and one for patterns.
 */
export function explain(
  code: usize,
  trees: i32,
  masks: usize,
  values: usize,
  bins: usize,
  stride: i32,
  rows: i32,
  features: i32,
  sums: usize,
  scratch: usize,
): void {
  const bytes = <usize>stride;
  let at = code;
  let behind = code;
  let mask = masks;
  // Tree by tree, so that the tables of one stay in the cache for all rows.
  for (let tree = 0; tree < trees; tree++) {
    const splits = load<i32>(at);
    const groups = at + 4 + <usize>splits * 12;
    for (let first = 0; first < rows; first += <i32>LANES) {
      const block = bins + <usize>first * bytes;
      for (let split: usize = 0; split < <usize>splits; split++)
        decide(at + 4 + split * 12, mask + (split << 5), block, bytes, scratch + 16 + (split << 5));
      behind = lookUp(groups, values, scratch, sums + ((<usize>(first * features)) << 2), features);
    }
    at = behind;
    mask += (<usize>splits) << 5;
  }
}

/** Writes which rows go left at a split, and which right, a byte all ones each. */
function decide(at: usize, mask: usize, block: usize, stride: usize, truth: usize): void {
  const column = block + <usize>load<i32>(at);
  const upTo = load<i32>(at, 4);
  if (upTo < 0) {
    for (let lane: usize = 0; lane < LANES; lane++) {
      const bin = <u32>load<u8>(column + lane * stride);
      store<u8>(truth + lane, ((load<u32>(mask + ((<usize>(bin >> 5)) << 2)) >> (bin & 31)) & 1) != 0 ? 255 : 0);
    }
  } else {
    for (let lane: usize = 0; lane < LANES; lane++) store<u8>(truth + lane, load<u8>(column + lane * stride));
    const bin = v128.load(truth);
    const isMissing = i8x16.eq(bin, i8x16.splat(-1));
    const isLow = i8x16.le_u(bin, i8x16.splat(<i8>upTo));
    v128.store(truth, load<i32>(at, 8) != 0 ? v128.or(isLow, isMissing) : v128.andnot(isLow, isMissing));
  }
  v128.store(truth + 16, v128.not(v128.load(truth)));
}

/** Adds the lines of all groups of a tree; gives the place in the code behind them. */
function lookUp(start: usize, values: usize, scratch: usize, target: usize, features: i32): usize {
  const truth = scratch + 16;
  const groups = load<i32>(start);
  let at = start + 4;
  for (let group = 0; group < groups; group++) {
    const conditions = load<i32>(at);
    at += 4;
    let pattern = i8x16.splat(0);
    for (let condition = 0; condition < conditions; condition++) {
      let holds = i8x16.splat(-1);
      const literals = load<i32>(at);
      at += 4;
      for (let each = 0; each < literals; each++, at += 4) holds = v128.and(holds, v128.load(truth + ((<usize>load<i32>(at)) << 4)));
      pattern = v128.or(pattern, v128.and(holds, i8x16.splat(<i8>((<i32>1) << condition))));
    }
    v128.store(scratch, pattern);
    const size = <usize>load<i32>(at);
    const names = at + 4;
    const table = values + ((<usize>load<i32>(names + (size << 2))) << 2);
    let sums = target;
    for (let lane: usize = 0; lane < LANES; lane++, sums += (<usize>features) << 2) {
      const line = table + ((<usize>load<u8>(scratch + lane) * size) << 2);
      for (let each: usize = 0; each < size << 2; each += 4) {
        const place = sums + ((<usize>load<i32>(names + each)) << 2);
        store<f32>(place, load<f32>(place) + load<f32>(line + each));
      }
    }
    at = names + (size << 2) + 4;
  }
  return at;
}
