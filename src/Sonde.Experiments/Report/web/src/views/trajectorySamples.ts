import type { Method } from "../contract";
import { lowerBound } from "../series";
import type { State } from "../state";

/** One score of one method on many trajectories. */
export interface Sample {
  method: Method;
  /** By trajectory; not finite where there is none. */
  values: Float32Array;
  /** The finite ones in order, and whose they are. */
  sorted: number[];
  trajectories: number[];
  /** Trajectories on which numbers failed: above every value. */
  failed: number;
  /** Those with a value and those that failed. */
  total: number;
}

/** Names of scores that any method has on its trajectories. */
export function namesOf(methods: readonly Method[]): string[] {
  return [...new Set(methods.flatMap((method) => (method.trajectories ?? []).map((score) => score.name)))];
}

/** One for each visible method that has the score. */
export function samplesOf(state: State, name: string): Sample[] {
  return state.visibleMethods.flatMap((method) => {
    const score = method.trajectories?.find((each) => each.name === name);
    if (!score) return [];
    const values = state.block.numbers(score.values);
    const trajectories = Array.from(values.keys()).filter((k) => Number.isFinite(values[k])).sort((a, b) => values[a] - values[b]);
    const failed = method.diverged.filter((one) => !one.isScored).length;
    return [{ method, values, sorted: trajectories.map((k) => values[k]), trajectories, failed, total: trajectories.length + failed }];
  });
}

/** The value below which a share of all trajectories lies; infinite where that is among those that failed. */
export function quantileOf({ sorted, total }: Sample, share: number): number {
  const at = share * (total - 1);
  const below = Math.floor(at);
  const value = (index: number) => (index < sorted.length ? sorted[index] : Infinity);
  return at === below || value(below) === Infinity ? value(below) : value(below) + (value(below + 1) - value(below)) * (at - below);
}

/** The share of all trajectories with this value or less. */
export function shareBelow({ sorted, total }: Sample, value: number): number {
  return lowerBound(sorted, value, true) / total;
}
