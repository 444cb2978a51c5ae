import type { Field, Observations } from "../contract";
import { number, sentence, unitAfter } from "../format";
import { lowerBound } from "../series";
import type { State } from "../state";
import type { Mark } from "./panel";

/** What became of an observation, as its mark shows it. */
export type MarkKind = "used" | "withheld" | "rejected";

export function markKind(fate: string): MarkKind {
  return fate.startsWith("used") ? "used" : fate === "withheld" ? fate : "rejected";
}

/** Where observations were made, what became of them, and how far they are from what a method predicts. */
export class ObservationMarks {
  private readonly times: Float32Array;
  private readonly x: Float32Array;
  private readonly y: Float32Array;
  private readonly values: Float32Array;
  private readonly fields: Uint8Array;
  private readonly fates: Uint8Array;
  private readonly stations: Float32Array;

  constructor(
    private readonly state: State,
    private readonly observations: Observations,
  ) {
    const { block } = state;
    this.times = block.numbers(observations.times);
    this.x = block.numbers(observations.x);
    this.y = block.numbers(observations.y);
    this.values = block.numbers(observations.values);
    this.fields = block.codes(observations.field);
    this.fates = block.codes(observations.fate);
    this.stations = block.numbers(observations.station);
  }

  /** Those that belong to a snapshot: made at its time, or else nearer to it than to any other. */
  at(field: Field, times: Float32Array, snapshot: number, method: string): Mark[] {
    const time = times[snapshot];
    const span = Math.max(1e-12, times[times.length - 1] - times[0]);
    let [first, last] = this.between(time - 1e-5 * span, time + 1e-5 * span);
    if (first === last) {
      const before = snapshot > 0 ? times[snapshot - 1] : time;
      const after = snapshot + 1 < times.length ? times[snapshot + 1] : time;
      [first, last] = this.between((before + time) / 2, (time + after) / 2);
    }
    const index = this.observations.fieldNames.indexOf(field.name);
    const marks: Mark[] = [];
    for (let i = first; i < last; i++) {
      if (index >= 0 && this.fields[i] !== index) continue;
      if (Number.isFinite(this.x[i])) marks.push(this.mark(i, field, method));
    }
    return marks;
  }

  private mark(i: number, field: Field, method: string): Mark {
    const departures = this.observations.departures.find((d) => d.method === method);
    const fates = departures?.fate ? this.state.block.codes(departures.fate) : this.fates;
    const fate = this.observations.fateNames[fates[i]] ?? "";
    const name = this.observations.fieldNames[this.fields[i]] ?? "";
    const own = name === field.name;
    const unit = own ? unitAfter(field.unit) : "";
    const station = this.observations.stationNames[this.stations[i]];
    const away = departures
      ? ([["forecast", departures.forecast], ["analysis", departures.analysis]] as const)
          .map(([from, where]) => ({ from, value: this.state.block.numbers(where)[i] }))
          .filter(({ value }) => Number.isFinite(value))
          .map(({ from, value }) => `${number(value)}${unit} from the ${from}`)
      : [];
    const what = `${station === undefined ? "" : `${station}: `}${sentence(name)} ${number(this.values[i], 5)}${unit}`;
    return {
      x: this.x[i],
      y: this.y[i],
      kind: markKind(fate),
      fate,
      value: own ? this.values[i] : NaN,
      text: [`${what}, ${fate}`, ...away].join("; "),
    };
  }

  private between(from: number, to: number): [number, number] {
    return [lowerBound(this.times, from), lowerBound(this.times, to, true)];
  }
}
