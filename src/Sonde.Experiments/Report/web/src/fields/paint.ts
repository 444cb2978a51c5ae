import { nearestCells } from "./frame";
import type { MarkKind } from "./marks";
import type { Mark, Picture } from "./panel";
import { MARGIN, type Plot } from "./plot";
import { css, pixelOf, pixels, shade } from "./scale";

type Context = CanvasRenderingContext2D;

/** Colors that do not belong to a scale. */
export interface Inks {
  text: string;
  axis: string;
  missing: string;
  font: string;
}

/** Makes a canvas as large as this in CSS pixels, sharp on any screen. */
export function prepare(canvas: HTMLCanvasElement, width: number, height: number): Context {
  const ratio = devicePixelRatio;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    [canvas.width, canvas.height] = [across, down];
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d")!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, across, down);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Each pixel in the color of its cell, without smoothing; returns how many values there were. */
export function paintCells(context: Context, plot: Plot, { values, scale }: Picture, inks: Inks): number {
  const ratio = devicePixelRatio;
  const { frame } = plot;
  const width = Math.max(1, Math.round(plot.width * ratio));
  const height = Math.max(1, Math.round(plot.height * ratio));
  const columns = nearestCells(frame.cells.x, frame.x, width);
  const rows = nearestCells(frame.cells.y, frame.y, height);
  const table = pixels(scale.map);
  const missing = pixelOf(inks.missing);
  const colors = new Uint32Array(values.length);
  let drawn = 0;
  for (let i = 0; i < values.length; i++) {
    const at = shade(scale, values[i]);
    colors[i] = at < 0 ? missing : table[at];
    if (at >= 0) drawn++;
  }
  const image = context.createImageData(width, height);
  const data = new Uint32Array(image.data.buffer);
  const count = frame.cells.x.length;
  for (let p = 0; p < height; p++) {
    const row = rows[height - 1 - p];
    for (let q = 0; q < width; q++) data[p * width + q] = row < 0 || columns[q] < 0 ? missing : colors[row * count + columns[q]];
  }
  context.putImageData(image, Math.round(plot.left * ratio), Math.round(plot.top * ratio));
  return drawn;
}

/** Points anywhere, as dots; returns how many values there were. */
export function paintDots(context: Context, plot: Plot, { values, scale }: Picture, inks: Inks): number {
  const radius = Math.min(9, Math.max(1.5, 0.4 * Math.sqrt((plot.width * plot.height) / Math.max(1, values.length))));
  const { x, y } = plot.frame.cells;
  let drawn = 0;
  for (let i = 0; i < values.length; i++) {
    const at = shade(scale, values[i]);
    context.fillStyle = at < 0 ? inks.missing : css(scale, values[i]);
    context.beginPath();
    context.arc(plot.x(x[i]), plot.y(y[i]), radius, 0, 2 * Math.PI);
    context.fill();
    if (at >= 0) drawn++;
  }
  return drawn;
}

/** Labels and names of both axes, and on a sphere lines of longitude and latitude. */
export function paintAxes(context: Context, plot: Plot, inks: Inks): void {
  const { frame, left, right, top, bottom, width, height } = plot;
  context.font = `11px ${inks.font}`;
  context.fillStyle = inks.text;
  context.strokeStyle = inks.axis;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);

  context.textBaseline = "top";
  context.textAlign = "center";
  let free = 0;
  const across = frame.x.ticks(Math.max(2, Math.floor(width / 75)));
  for (const value of across.values) {
    const at = Math.round(plot.x(value)) + 0.5;
    if (frame.graticule) paintGraticule(context, at, top, at, bottom);
    line(context, at, bottom, at, bottom + 4);
    const lines = across.label(value).split("\n");
    const half = Math.max(...lines.map((text) => context.measureText(text).width)) / 2;
    const middle = Math.min(Math.max(at, left - 20 + half), right + MARGIN.right - half);
    if (middle - half < free) continue;
    lines.forEach((text, i) => context.fillText(text, middle, bottom + 7 + 14 * i));
    free = middle + half + 6;
  }
  context.textBaseline = "middle";
  context.textAlign = "right";
  const up = frame.y.ticks(Math.max(2, Math.floor(height / 45)));
  for (const value of up.values) {
    const at = Math.round(plot.y(value)) + 0.5;
    if (frame.graticule) paintGraticule(context, left, at, right, at);
    line(context, left - 5, at, left - 1, at);
    context.fillText(up.label(value), left - 8, at);
  }
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(frame.x.name, left + width / 2, plot.totalHeight - 1);
  context.save();
  context.translate(left - MARGIN.left + 10, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "middle";
  context.fillText(frame.y.name, 0, 0);
  context.restore();
}

/** A vertical line that reads on any color. */
export function paintLine(context: Context, plot: Plot, x: number): void {
  const at = Math.round(plot.x(x)) + 0.5;
  outlined(context, 3, 1.25, () => line(context, at, plot.top, at, plot.bottom));
}

/** Observations: circles where used, diamonds where withheld, above them crosses where rejected; returns how many of each. */
export function paintMarks(context: Context, plot: Plot, picture: Picture): Record<MarkKind, number> {
  const inside = picture.marks.filter((mark) => plot.contains(plot.x(mark.x), plot.y(mark.y)));
  const [used, withheld, rejected] = (["used", "withheld", "rejected"] as const).map((kind) => inside.filter((mark) => mark.kind === kind));
  const room = Math.sqrt((plot.width * plot.height) / Math.max(1, inside.length));
  const radius = Math.min(3.75, Math.max(1.75, 0.11 * room));
  for (const mark of used) paintSpot(context, plot, picture, mark, radius, false);
  for (const mark of withheld) paintSpot(context, plot, picture, mark, 1.6 * radius, true);
  for (const mark of rejected) paintCross(context, plot.x(mark.x), plot.y(mark.y), radius);
  return { used: used.length, withheld: withheld.length, rejected: rejected.length };
}

/** Where the pointer is, on every panel. */
export function paintCursor(context: Context, x: number, y: number): void {
  outlined(context, 3, 1.25, () => {
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) line(context, x + 4 * dx, y + 4 * dy, x + 10 * dx, y + 10 * dy);
  });
}

/** A circle or a diamond. */
function paintSpot(context: Context, plot: Plot, { scale, fillMarks }: Picture, mark: Mark, radius: number, diamond: boolean): void {
  const [x, y] = [plot.x(mark.x), plot.y(mark.y)];
  context.beginPath();
  if (diamond) {
    context.moveTo(x, y - radius);
    for (const [dx, dy] of [[radius, 0], [0, radius], [-radius, 0]]) context.lineTo(x + dx, y + dy);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  if (fillMarks && Number.isFinite(mark.value)) {
    context.fillStyle = css(scale, mark.value);
    context.fill();
  }
  for (const [width, color] of [[0.7 * radius, "rgba(255, 255, 255, 0.85)"], [Math.min(1, 0.3 * radius), "#1d2026"]] as const) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
  }
}

function paintCross(context: Context, x: number, y: number, size: number): void {
  context.save();
  context.lineCap = "round";
  for (const [width, color] of [[1 + size, "rgba(255, 255, 255, 0.95)"], [0.6 * size, "#b3261e"]] as const) {
    context.lineWidth = width;
    context.strokeStyle = color;
    line(context, x - size, y - size, x + size, y + size);
    line(context, x - size, y + size, x + size, y - size);
  }
  context.restore();
}

function paintGraticule(context: Context, x1: number, y1: number, x2: number, y2: number): void {
  context.save();
  context.globalAlpha = 0.28;
  context.strokeStyle = "#fff";
  line(context, x1, y1, x2, y2);
  context.globalAlpha = 0.22;
  context.strokeStyle = "#000";
  context.setLineDash([1, 3]);
  line(context, x1, y1, x2, y2);
  context.restore();
}

/** White on a dark outline. */
function outlined(context: Context, wide: number, narrow: number, draw: () => void): void {
  context.save();
  for (const [width, color] of [[wide, "rgba(0, 0, 0, 0.5)"], [narrow, "#fff"]] as const) {
    context.lineWidth = width;
    context.strokeStyle = color;
    draw();
  }
  context.restore();
}

function line(context: Context, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
