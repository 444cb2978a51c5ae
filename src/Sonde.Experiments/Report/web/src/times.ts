import { ticks } from "d3-array";
import { utcTicks } from "d3-time";
import type { Experiment } from "./contract";
import { number, tick } from "./format";

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface TimeTicks {
  values: number[];
  /** May have a second line, after "\n". */
  label(value: number): string;
}

/** The times of a report in words: moments where time 0 is one, else numbers in their unit. */
export class Times {
  private readonly origin: number | null;
  private readonly milliseconds: number;

  constructor(private readonly experiment: Pick<Experiment, "timeUnit" | "origin" | "secondsPerUnit">) {
    const origin = experiment.origin === undefined ? NaN : Date.parse(experiment.origin);
    this.origin = Number.isFinite(origin) && experiment.secondsPerUnit !== null ? origin : null;
    this.milliseconds = 1000 * (experiment.secondsPerUnit ?? 1);
  }

  /** Of an axis. */
  get name(): string {
    return this.origin === null ? `time (${this.experiment.timeUnit})` : "time (UTC)";
  }

  /** Labels of two lines need more room below an axis. */
  get lines(): number {
    return this.origin === null ? 1 : 2;
  }

  /** "1995-03-18 06:00", or "12.5 days". */
  text(time: number): string {
    if (this.origin === null) return `${number(time, 5).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")} ${this.experiment.timeUnit}`;
    // times come in single precision: what is finer than they can be is not shown
    const grain = this.milliseconds >= MINUTE ? MINUTE : 1000;
    const moment = Math.round(this.moment(time) / grain) * grain;
    return `${date(moment)} ${clock(moment)}`;
  }

  /** About so many round times. */
  ticks(from: number, to: number, count: number): TimeTicks {
    if (this.origin === null) return { values: ticks(from, to, count), label: tick };
    const moments = utcTicks(new Date(this.moment(from)), new Date(this.moment(to)), count).map(Number);
    const days = moments.every((moment) => moment % DAY === 0);
    const labels = new Map<number, string>();
    let last = "";
    for (const moment of moments) {
      const day = date(moment);
      labels.set(moment, days ? day : day === last ? clock(moment) : `${clock(moment)}\n${day}`);
      last = day;
    }
    return { values: moments.map((moment) => this.time(moment)), label: (value) => labels.get(Math.round(this.moment(value))) ?? "" };
  }

  private moment(time: number): number {
    return this.origin! + time * this.milliseconds;
  }

  private time(moment: number): number {
    return (moment - this.origin!) / this.milliseconds;
  }
}

function date(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

function clock(moment: number): string {
  const text = new Date(moment).toISOString();
  return moment % MINUTE === 0 ? text.slice(11, 16) : text.slice(11, 19);
}
