import { interpolateMagma, interpolatePuOr, interpolateRdBu, interpolateViridis } from "d3-scale-chromatic";
import { quantile } from "../series";

/**
 * Maps that are perceptually uniform, and read by the color-blind: for values and spreads, and two that diverge from 0, for values
 * whose sign matters and for errors. Each quantity has its own, so that they cannot be mixed up.
 */
export type ColorMap = "values" | "spread" | "signed" | "error";

const SHADES = 256;
const INTERPOLATORS: Record<ColorMap, (t: number) => string> = {
  values: interpolateViridis,
  spread: (t) => interpolateMagma(0.06 + 0.92 * t),
  signed: (t) => interpolatePuOr(1 - t),
  error: (t) => interpolateRdBu(1 - t),
};

/** From a value to a color. */
export interface Scale {
  low: number;
  high: number;
  /** Values beyond the ends exist and share their colors. */
  clippedLow: boolean;
  clippedHigh: boolean;
  map: ColorMap;
}

/** A scale for values of which few may lie outside; it is symmetric where the map diverges. */
export function scaleOf(values: number[], map: ColorMap): Scale {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { low: 0, high: 1, clippedLow: false, clippedHigh: false, map };
  let [least, most] = [Infinity, -Infinity];
  for (const v of finite) [least, most] = [Math.min(least, v), Math.max(most, v)];
  let [low, high] = [quantile(finite, 0.005), quantile(finite, 0.995)];
  const diverges = map === "signed" || map === "error";
  if (diverges) {
    high = Math.max(Math.abs(low), Math.abs(high));
    low = -high;
  }
  if (map === "spread") low = Math.max(0, low);
  if (!(high > low)) [low, high] = low === 0 ? [diverges ? -1 : 0, 1] : [low - Math.abs(low) / 10, low + Math.abs(low) / 10];
  const slack = 0.02 * (high - low);
  return { low, high, clippedLow: least < low - slack, clippedHigh: most > high + slack, map };
}

/** A few hundred thousand values at most, evenly taken. */
export function sample(rows: Iterable<Float32Array>, most = 40_000): number[] {
  const all = [...rows];
  const total = all.reduce((sum, row) => sum + row.length, 0);
  const stride = Math.max(1, Math.floor(total / most));
  const taken: number[] = [];
  let skip = 0;
  for (const row of all)
    for (skip = skip % stride; skip < row.length; skip += stride) taken.push(row[skip]);
  return taken;
}

/** Which shade a value has, 0 to 255; −1 where it is missing. */
export function shade(scale: Scale, value: number): number {
  if (!Number.isFinite(value)) return -1;
  const t = (value - scale.low) / (scale.high - scale.low);
  return Math.min(SHADES - 1, Math.max(0, Math.floor(t * SHADES)));
}

const tables = new Map<ColorMap, Uint32Array>();

/** Shades as the four bytes of a pixel. */
export function pixels(map: ColorMap): Uint32Array {
  let table = tables.get(map);
  if (!table) {
    table = new Uint32Array(SHADES);
    for (let i = 0; i < SHADES; i++) table[i] = pixelOf(INTERPOLATORS[map](i / (SHADES - 1)));
    tables.set(map, table);
  }
  return table;
}

/** A color as CSS. */
export function css(scale: Scale, value: number): string {
  const index = shade(scale, value);
  return index < 0 ? "transparent" : INTERPOLATORS[scale.map](index / (SHADES - 1));
}

/** A color of the style sheet, or of a map, as the four bytes of a pixel. */
export function pixelOf(color: string): number {
  const hex = /^#(\w\w)(\w\w)(\w\w)$/.exec(color);
  const [r, g, b] = hex ? hex.slice(1).map((part) => parseInt(part, 16)) : (color.match(/\d+/g) ?? ["0", "0", "0"]).map(Number);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
