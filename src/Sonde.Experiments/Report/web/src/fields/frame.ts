import { ticks } from "d3-array";
import type { Geometry } from "../contract";
import { inUnit, tick } from "../format";
import type { Times } from "../times";

/** One side of a picture: its ends in data units, and how it is labelled. */
export interface Axis {
  from: number;
  to: number;
  name: string;
  /** Where labels and, on maps, lines of longitude and latitude stand: about so many. */
  ticks(count: number): Ticks;
  /** Lines of a label. */
  lines: number;
}

/** Places on an axis, and what is written there. */
export interface Ticks {
  values: number[];
  label(value: number): string;
}

/** What is drawn: cells of a grid, in rows from the smallest y, or dots. */
export interface Cells {
  kind: "grid" | "dots";
  /** Coordinates of columns and rows, or of each dot. */
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** The sides of a picture and what lies in it; the values come later. */
export interface Frame {
  x: Axis;
  y: Axis;
  cells: Cells;
  /** Height over width; 0 where the two have nothing to do with each other. */
  aspect: number;
  graticule: boolean;
}

/** A map of a plane or a sphere. */
export function mapFrame(geometry: Geometry, x: Float32Array, y: Float32Array): Frame {
  const sphere = geometry.kind === "Sphere" || geometry.kind === "ScatteredSphere";
  const dots = geometry.kind === "Scattered" || geometry.kind === "ScatteredSphere";
  const [left, right] = dots ? around(x) : edges(x);
  let [bottom, top] = dots ? around(y) : edges(y);
  if (sphere) [bottom, top] = [Math.max(-90, bottom), Math.min(90, top)];
  const wide = right - left;
  const high = top - bottom;
  const global = sphere && wide > 250;
  const middle = ((bottom + top) / 2) * (Math.PI / 180);
  const aspect = high / (wide * (sphere && !global ? Math.max(0.2, Math.cos(middle)) : 1));
  return {
    x: sphere ? longitudes(left, right) : numbers(left, right, geometry.xName + inUnit(geometry.unit)),
    y: sphere ? latitudes(bottom, top) : numbers(bottom, top, geometry.yName + inUnit(geometry.unit)),
    cells: { kind: dots ? "dots" : "grid", x, y },
    aspect: Math.min(1.4, Math.max(0.25, aspect)),
    graticule: sphere,
  };
}

/** Space upward over time to the right. */
export function spaceTimeFrame(geometry: Geometry, x: Float32Array, snapshots: Float32Array, times: Times): Frame {
  const [start, end] = edges(snapshots);
  const [bottom, top] = edges(x);
  return {
    x: { from: start, to: end, name: times.name, ticks: (count) => times.ticks(start, end, count), lines: times.lines },
    y: numbers(bottom, top, geometry.xName + inUnit(geometry.unit)),
    cells: { kind: "grid", x: snapshots, y: x },
    aspect: 0,
    graticule: false,
  };
}

/** For each of so many pixels from one end of an axis to the other, the coordinate that is nearest; −1 where none is near. */
export function nearestCells(coordinates: ArrayLike<number>, axis: Axis, pixels: number): Int32Array {
  const found = new Int32Array(pixels);
  const [first, last] = edges(coordinates);
  let at = 0;
  for (let p = 0; p < pixels; p++) {
    const place = axis.from + ((p + 0.5) / pixels) * (axis.to - axis.from);
    while (at + 1 < coordinates.length && place > 0.5 * (coordinates[at] + coordinates[at + 1])) at++;
    found[p] = place < first || place > last ? -1 : at;
  }
  return found;
}

/** The outer edges of cells whose middles these are. */
function edges(middles: ArrayLike<number>): [number, number] {
  const n = middles.length;
  if (n < 2) return n === 0 ? [0, 1] : [middles[0] - 0.5, middles[0] + 0.5];
  return [middles[0] - 0.5 * (middles[1] - middles[0]), middles[n - 1] + 0.5 * (middles[n - 1] - middles[n - 2])];
}

/** A little more than the range of unordered numbers. */
function around(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) [low, high] = [Math.min(low, v), Math.max(high, v)];
  const margin = high > low ? 0.04 * (high - low) : 0.5;
  return high >= low ? [low - margin, high + margin] : [0, 1];
}

function numbers(from: number, to: number, name: string): Axis {
  return { from, to, name, ticks: (count) => ({ values: ticks(from, to, count), label: tick }), lines: 1 };
}

const DEGREES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90];

function degreeTicks(from: number, to: number, count: number): number[] {
  const step = DEGREES.find((d) => (to - from) / d <= count) ?? 90;
  const found: number[] = [];
  for (let k = Math.ceil(from / step - 1e-6); k * step <= to + 1e-6; k++) found.push(Number((k * step).toFixed(4)));
  return found;
}

function longitudes(from: number, to: number): Axis {
  return { from, to, name: "", ticks: (count) => ({ values: degreeTicks(from, to, count), label: longitude }), lines: 1 };
}

function latitudes(from: number, to: number): Axis {
  return { from, to, name: "", ticks: (count) => ({ values: degreeTicks(from, to, count), label: latitude }), lines: 1 };
}

export function longitude(degrees: number): string {
  const turned = ((((degrees + 180) % 360) + 360) % 360) - 180;
  return degreesText(turned, "E", "W", 180);
}

export function latitude(degrees: number): string {
  return degreesText(degrees, "N", "S", 90);
}

function degreesText(value: number, positive: string, negative: string, end: number): string {
  const size = Number(Math.abs(value).toFixed(2));
  return `${size}°${size === 0 || (size === end && end === 180) ? "" : value > 0 ? positive : negative}`;
}
