import type { Estimate, Field } from "../contract";
import type { State } from "../state";
import { sample, scaleOf, type ColorMap, type Scale } from "./scale";

/** Something that can be drawn of a field: its truth, or an analysis, an error or a spread of a method. */
export interface Quantity {
  name: string;
  unit: string;
  map: ColorMap;
  /** The same for every method: only the truth. */
  shared: boolean;
  /** Colors mean the field's own values, so observations can be filled with theirs. */
  isValue: boolean;
  /** A snapshot; null where the method has none. */
  values(method: string, time: number): Float32Array | null;
}

/** What there is to see of a field. */
export function quantitiesOf(state: State, field: Field): Quantity[] {
  const { block } = state;
  const truth = field.truth && block.rows(field.truth);
  const estimate = (method: string) => field.estimates.find((e) => e.method === method);
  const any = (has: (e: Estimate) => unknown) => field.estimates.some(has);
  const values: ColorMap = field.diverging ? "signed" : "values";
  const found: Quantity[] = [];
  const base = { unit: field.unit, shared: false, isValue: false };

  if (truth) found.push({ ...base, name: "truth", map: values, shared: true, isValue: true, values: (_, t) => truth[t] });
  if (any((e) => e.mean || (e.error && truth)))
    found.push({
      ...base,
      name: "analysis",
      map: values,
      isValue: true,
      values: (method, t) => {
        const e = estimate(method);
        if (e?.mean) return block.rows(e.mean)[t];
        return e?.error && truth ? sum(truth[t], block.rows(e.error)[t]) : null;
      },
    });
  if (any((e) => e.error))
    found.push({
      ...base,
      name: "error",
      map: "error",
      values: (method, t) => {
        const error = estimate(method)?.error;
        return error ? block.rows(error)[t] : null;
      },
    });
  if (any((e) => e.spread))
    found.push({
      ...base,
      name: "spread",
      map: "spread",
      values: (method, t) => {
        const spread = estimate(method)?.spread;
        return spread ? block.rows(spread)[t] : null;
      },
    });
  return found;
}

/** Scales of quantities over the whole run, burn-in and tail apart, so that colors can be compared; made when first asked for. */
export class Scales {
  private readonly found = new Map<string, Scale>();
  private readonly scored: number[];

  constructor(
    private readonly quantities: readonly Quantity[],
    times: Float32Array,
    { burnIn, tail }: { burnIn: number | null; tail: number | null },
  ) {
    const all = Array.from(times, (_, t) => t);
    const within = all.filter((t) => times[t] > (burnIn ?? -Infinity) && times[t] <= (tail ?? Infinity));
    const scored = within.length > 0 ? within : all;
    const step = Math.max(1, Math.floor(scored.length / 50));
    this.scored = scored.filter((_, i) => i % step === 0);
  }

  /** One scale for these methods at all times. */
  of(quantity: Quantity, methods: readonly string[]): Scale {
    const key = JSON.stringify([quantity.isValue || quantity.name, methods]);
    let scale = this.found.get(key);
    if (!scale) {
      scale = this.over(quantity, methods, this.scored);
      this.found.set(key, scale);
    }
    return scale;
  }

  /** A scale for one time alone. */
  at(quantity: Quantity, methods: readonly string[], time: number): Scale {
    return this.over(quantity, methods, [time]);
  }

  private over(quantity: Quantity, methods: readonly string[], times: readonly number[]): Scale {
    const alike = quantity.isValue ? this.quantities.filter((q) => q.isValue) : [quantity];
    const rows = alike.flatMap((q) => (q.shared ? [""] : methods).flatMap((m) => times.map((t) => q.values(m, t))));
    return scaleOf(sample(rows.filter((row) => row !== null)), quantity.map);
  }
}

function sum(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + b[i]);
}
