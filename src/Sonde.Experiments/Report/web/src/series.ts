/** A number over time, as loaded; low and high where each value stands for several. */
export interface Curve {
  times: Float32Array;
  values: Float32Array;
  low?: Float32Array | undefined;
  high?: Float32Array | undefined;
}

type Point = [number, number];
export type BandPoint = [number, number, number];

export interface Reduced {
  points: Point[];
  band: BandPoint[];
}

/**
 * What a screen can show of a curve: between from and to no more than so many columns, each of at least so many values and
 * drawn as their mean within a band from the smallest to the largest; outside, a few columns more.
 */
export function reduce(curve: Curve, from: number, to: number, columns: number, shortest = 1): Reduced {
  const { times } = curve;
  const first = lowerBound(times, from);
  const last = lowerBound(times, to, true);
  const result: Reduced = { points: [], band: [] };
  addRuns(result, curve, 0, first, columns, shortest);
  addRuns(result, curve, first, last, columns, shortest);
  addRuns(result, curve, last, times.length, columns, shortest);
  return result;
}

export function finiteCount(points: readonly (readonly number[])[]): number {
  return points.reduce((sum, point) => sum + (Number.isFinite(point[1]) ? 1 : 0), 0);
}

/** The smallest and largest of an iterable's finite numbers. */
export function extent(values: Iterable<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values)
    if (Number.isFinite(value)) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return [low, high];
}

/** The value below which a share of the finite numbers lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.length === 0 ? NaN : sorted[Math.round(share * (sorted.length - 1))];
}

/** The first index whose time is not before (with after: is behind) the given one. */
export function lowerBound(times: ArrayLike<number>, time: number, after = false): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time || (after && times[middle] === time)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index whose time is nearest. */
export function nearest(times: ArrayLike<number>, time: number): number {
  const at = lowerBound(times, time);
  if (at === 0) return 0;
  if (at === times.length) return at - 1;
  return time - times[at - 1] < times[at] - time ? at - 1 : at;
}

function addRuns(result: Reduced, curve: Curve, from: number, to: number, columns: number, shortest: number): void {
  const { times, values, low, high } = curve;
  const run = Math.max(shortest, Math.ceil((to - from) / columns));
  for (let start = from; start < to; start += run) {
    const end = Math.min(to, start + run);
    let [sum, count, least, most] = [0, 0, Infinity, -Infinity];
    for (let i = start; i < end; i++) {
      if (!Number.isFinite(values[i])) continue;
      sum += values[i];
      count++;
      least = Math.min(least, low ? low[i] : values[i]);
      most = Math.max(most, high ? high[i] : values[i]);
    }
    const time = 0.5 * (times[start] + times[end - 1]);
    const value = count > 0 ? sum / count : NaN;
    result.points.push([time, value]);
    if (run > 1 || low) result.band.push(count > 0 ? [time, least, most] : [time, NaN, NaN]);
  }
}
