import type { Score } from "../contract";
import { unitAfter } from "../format";

/** What a score means, and when it is good. */
export interface ScoreKind {
  name: string;
  heading: string;
  explain: string;
  /** Smaller is better the nearer this is to 0. */
  distance?: (value: number) => number;
  /** To the unit of the heading. */
  factor?: number;
  /** In the unit of the state. */
  hasUnit?: boolean;
}

const smaller = (value: number) => value;

/** In the order of columns: what matters most comes first. */
const KINDS: ScoreKind[] = [
  { name: "rmse", heading: "RMSE", explain: "root mean square error, averaged over time", distance: smaller, hasUnit: true },
  { name: "bias", heading: "bias", explain: "mean of observation − prediction; 0 where right", distance: Math.abs, hasUnit: true },
  { name: "spread", heading: "spread", explain: "standard deviation that the method believes; as large as the error where calibrated", hasUnit: true },
  {
    name: "spreadErrorRatio",
    heading: "spread\u00a0/ error",
    explain: "1 where calibrated; below 0.8 overconfident, above 1.25 underconfident",
    distance: (value) => Math.abs(Math.log(value)),
  },
  {
    name: "coverage90",
    heading: "90 % coverage",
    explain: "share of truths, or observations, inside the central 90 % interval; 0.9 where calibrated",
    distance: (value) => Math.abs(value - 0.9),
  },
  { name: "crps", heading: "CRPS", explain: "continuous ranked probability score: error of the whole distribution", distance: smaller, hasUnit: true },
  { name: "forecastRmse", heading: "forecast RMSE", explain: "error just before each observation was used", distance: smaller, hasUnit: true },
  { name: "smoothedRmse", heading: "smoothed RMSE", explain: "error once later observations were used too", distance: smaller, hasUnit: true },
  { name: "normalizedRmse", heading: "normalized RMSE", explain: "error in units of each component's standard deviation; the climatological mean scores 1", distance: smaller },
  { name: "normalizedSmoothedRmse", heading: "normalized smoothed RMSE", explain: "the same once later observations were used too", distance: smaller },
  { name: "relativeRmse", heading: "relative RMSE", explain: "error over the size of the field", distance: smaller },
  { name: "energyScore", heading: "energy score", explain: "error of the joint distribution", distance: smaller, hasUnit: true },
  { name: "ssrat", heading: "SSRAT", explain: "spread over error of all truths together; 1 where calibrated", distance: (value) => Math.abs(Math.log(value)) },
  { name: "ssrel", heading: "SSREL", explain: "mean distance from the diagonal of spread and error, 10 bins of equal count; 0 where calibrated", distance: smaller, hasUnit: true },
  { name: "ssrelByWidth", heading: "SSREL, equal widths", explain: "the same in 20 bins of equal width", distance: smaller, hasUnit: true },
  { name: "pitd", heading: "PITD", explain: "how far tenths of the predicted probability are from holding a tenth of the truths each; 0 where calibrated", distance: smaller },
  { name: "negativeLogLikelihood", heading: "−log likelihood", explain: "of the truth, a component, under a Gaussian with the predicted mean and variance", distance: (value) => value },
  { name: "iterations", heading: "iterations", explain: "steps of an iterative method, mean over its windows" },
  { name: "innerIterations", heading: "inner iterations", explain: "products with the Hessian, mean over windows" },
  { name: "cost", heading: "final cost", explain: "half the sum of squared departures where the minimization ended, mean over windows" },
  { name: "secondsPerCycle", heading: "ms / cycle", explain: "wall time of one observation time, forecasts included", factor: 1000 },
  { name: "seconds", heading: "seconds", explain: "wall time of the method, forecasts included" },
  { name: "trainingSeconds", heading: "training, s", explain: "wall time of the training, which is not among the seconds" },
];

export function kindOf(name: string): ScoreKind {
  const known = KINDS.find((kind) => kind.name === name);
  if (known) return known;
  const parameter = /^parameterRmse\.(.+)$/.exec(name)?.[1];
  if (parameter) return { name, heading: `RMSE of ${parameter}`, explain: `error of the parameter ${parameter}`, distance: smaller };
  const median = /^median\.(.+)$/.exec(name)?.[1];
  if (median) {
    const of = kindOf(median);
    return { ...of, name, heading: `median ${of.heading}`, explain: "median over trajectories, those that diverged being worse than any other" };
  }
  return { name, heading: name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase(), explain: name };
}

/** What a score is called in text: its heading, or its own name, with its unit. */
export function scoreHeading(name: string, unit = ""): string {
  const { heading, hasUnit } = kindOf(name);
  return hasUnit && unitAfter(unit) !== "" ? `${heading} (${unit})` : heading;
}

/** How bad a value is, where that can be said: smaller is better. */
export function scoreDistance(name: string): ((value: number) => number) | undefined {
  return kindOf(name).distance;
}

/** Names of scores that any of these has, in the order of columns. */
export function scoreNames(all: Iterable<Record<string, Score>>): string[] {
  const found = new Set<string>();
  for (const scores of all)
    for (const [name, score] of Object.entries(scores)) if (score.value !== null) found.add(name);
  return orderScores(found);
}

/** Names of scores in the order of columns. */
export function orderScores(names: Iterable<string>): string[] {
  const known = KINDS.map((kind) => kind.name);
  const time = known.length - 2;
  const order = (name: string) => {
    const at = known.indexOf(name);
    return at < 0 ? time - 0.5 : at;
  };
  return [...names].sort((a, b) => order(a) - order(b));
}
