import type { Sweep } from "../contract";
import { extent, quantile } from "../series";

type Run = Sweep["runs"][number];

/** Has no order, so that nothing leads from one value to the next. */
export const SEED = "seed";

/** Every value of a key taken together: the median of what they scored. */
export const ALL = "";

/** What a method scored at one place of a sweep: one run, or the median of several. */
export interface Cell {
  method: string;
  x: string;
  y: string;
  value: number;
  /** Two standard errors around one run, or the range of several sound ones; equal where neither is known. */
  low: number;
  high: number;
  diverged: number;
  count: number;
}

/** Whether nothing but the seed is swept: then the page shows the methods over all seeds. */
export function isOverSeeds(sweep: Sweep | undefined): boolean {
  return sweep !== undefined && sweep.keys.every((key) => key === SEED);
}

/** One cell for each method and each value of two keys; runs of other keys are chosen by their value, or taken together. */
export function cellsOf(sweep: Sweep, score: string, across: string, down: string, still: ReadonlyMap<string, string>): Cell[] {
  const value = (run: Run, key: string) => run.values[sweep.keys.indexOf(key)] ?? "";
  const groups = new Map<string, Run[]>();
  for (const run of sweep.runs) {
    const others = [...still].filter(([key]) => key !== across && key !== down);
    if (!others.every(([key, wanted]) => wanted === ALL || value(run, key) === wanted)) continue;
    if (!run.diverged && !isNumber(run.scores[score]?.value)) continue;
    const key = JSON.stringify([run.method, value(run, across), value(run, down)]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map((runs) => cell(runs, score, value(runs[0], across), value(runs[0], down)));
}

/** A key's values: in order of size where they are numbers, else as they come. */
export function valuesOf(sweep: Sweep, key: string): string[] {
  const values = [...new Set(sweep.runs.map((run) => run.values[sweep.keys.indexOf(key)]))];
  return areNumbers(values) ? values.sort((a, b) => Number(a) - Number(b)) : values;
}

/** A key as a reader says it: "etkf inflation" for methods[etkf].inflation. */
export function keyText(key: string): string {
  return key.replace(/^methods\[(.+?)\]\./, "$1 ");
}

export function areNumbers(values: readonly string[]): boolean {
  return values.every((text) => text.trim() !== "" && Number.isFinite(Number(text)));
}

function cell(runs: Run[], score: string, x: string, y: string): Cell {
  const sound = runs.filter((run) => !run.diverged);
  const values = (sound.length > 0 ? sound : runs).map((run) => run.scores[score]?.value).filter(isNumber);
  const value = values.length > 0 ? median(values) : NaN;
  const error = runs.length === 1 ? 2 * (runs[0].scores[score]?.standardError ?? 0) : 0;
  const [low, high] = runs.length === 1 || values.length === 0 ? [value - error, value + error] : extent(values);
  return { method: runs[0].method, x, y, value, low, high, diverged: runs.length - sound.length, count: runs.length };
}

function median(values: number[]): number {
  const middle = (values.length - 1) / 2;
  const share = (index: number) => quantile(values, values.length > 1 ? index / (values.length - 1) : 0);
  return (share(Math.floor(middle)) + share(Math.ceil(middle))) / 2;
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}
