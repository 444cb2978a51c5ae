// What the C# records of Sonde.Experiments.Report become as JSON; they document each member.

/** Single-precision numbers or bytes in the block. */
export interface NumbersAt {
  at: number;
  count: number;
}

/** Rows of 12 bits in the block. */
export interface RowsAt {
  at: number;
  rows: number;
  width: number;
}

export interface Score {
  value: number | null;
  standardError: number | null;
}

export type Scores = Record<string, Score>;

export interface Remark {
  kind: "Fact" | "Best" | "Warning" | "Failure";
  text: string;
}

export interface Experiment {
  name: string;
  seed: number;
  cycles: number;
  /** Independent truths: scores are means over them, fields and observations those of the first. */
  trajectories: number;
  description: string;
  timeUnit: string;
  /** A moment; absent where times are plain numbers. */
  origin?: string;
  secondsPerUnit: number | null;
  finished?: string;
  seconds: number | null;
  /** Scores leave out what comes before. */
  burnIn: number | null;
  burnInCycles: number;
  /** Scores leave out what comes after. */
  tail: number | null;
  tailCycles: number;
  facts: Record<string, string>;
  versions: Record<string, string>;
  settings: string;
}

export interface Series {
  name: string;
  times: NumbersAt;
  values: NumbersAt;
  low?: NumbersAt;
  high?: NumbersAt;
}

export interface Ranks {
  label: string;
  counts: number[];
  effectiveCount: number | null;
}

export interface Consistency {
  field: string;
  unit: string;
  count: number;
  bias: number | null;
  rmse: number | null;
  expected: number | null;
  observationAssumed: number | null;
  observationDiagnosed: number | null;
  forecastAssumed: number | null;
  forecastDiagnosed: number | null;
}

export interface Withheld {
  field: string;
  unit: string;
  isSmoothed: boolean;
  count: number;
  scores: Scores;
}

export interface Method {
  name: string;
  kind: string;
  settings: string;
  scores: Scores;
  /** Of its uncertainty, all over the run. */
  calibration?: Scores;
  withheld: Withheld[];
  divergence?: { cycle: number; time: number | null; reason: string };
  /** Of many trajectories those on which it diverged; those that are not scored have no numbers. */
  diverged: { trajectory: number; cycle: number; isScored: boolean; reason: string }[];
  /** Of many trajectories the scores on each. */
  trajectories?: { name: string; values: NumbersAt }[];
  series: Series[];
  ranks: Ranks[];
  /** Errors in bins of equal count, and how often spreads occur in bins of equal width. */
  spreadSkill?: { spread: NumbersAt; error: NumbersAt; counts: number[]; edges: NumbersAt; frequencies: number[] };
  reliability?: { nominal: NumbersAt; observed: NumbersAt; standardError?: NumbersAt };
  consistency: Consistency[];
  /** Of the model, in its training: parameters, and functions at values, such as "tendency(4)". */
  learned: { name: string; value: number | null; truth: number | null }[];
}

export interface Component {
  name: string;
  unit: string;
  isParameter: boolean;
  /** Which one of many; absent is the first. */
  trajectory?: number;
  times: NumbersAt;
  truth?: NumbersAt;
  bands: { method: string; mean: NumbersAt; low: NumbersAt; high: NumbersAt }[];
  observationTimes: NumbersAt;
  observationValues: NumbersAt;
}

export interface Posterior {
  method: string;
  parameter: string;
  edges: NumbersAt;
  density: NumbersAt;
  unit: string;
  mean: number | null;
  standardDeviation: number | null;
  truth: number | null;
}

export interface Geometry {
  kind: "Line" | "Ring" | "Plane" | "Sphere" | "Scattered" | "ScatteredSphere";
  x: NumbersAt;
  y: NumbersAt;
  xName: string;
  yName: string;
  unit: string;
}

export interface Estimate {
  method: string;
  mean?: RowsAt;
  error?: RowsAt;
  spread?: RowsAt;
}

export interface Field {
  name: string;
  unit: string;
  geometry: Geometry;
  times: NumbersAt;
  diverging: boolean;
  truth?: RowsAt;
  estimates: Estimate[];
}

export interface FateCount {
  field: string;
  fate: string;
  count: number;
  /** Where the fate is one method's doing. */
  method?: string;
}

export interface Observations {
  counts: FateCount[];
  fieldNames: string[];
  fateNames: string[];
  times: NumbersAt;
  x: NumbersAt;
  y: NumbersAt;
  values: NumbersAt;
  field: NumbersAt;
  fate: NumbersAt;
  stationNames: string[];
  station: NumbersAt;
  departures: { method: string; forecast: NumbersAt; analysis: NumbersAt; fate?: NumbersAt }[];
}

export interface Sweep {
  keys: string[];
  runs: { values: string[]; method: string; scores: Scores; diverged: boolean }[];
}

export interface ReportData {
  experiment: Experiment;
  methods: Method[];
  components: Component[];
  posteriors: Posterior[];
  fields: Field[];
  observations?: Observations;
  sweep?: Sweep;
}

export interface ReportDocument {
  format: number;
  summary: Remark[];
  data: ReportData;
}
