/** Three significant digits, scientific where the number is very small or large, a real minus sign. */
export function number(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(Number(value.toPrecision(digits)));
  if (size >= 1e6 || size < 1e-4) return minus(value.toExponential(digits - 1).replace(/e\+?(-?\d+)/, "e$1"));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return minus(grouped(value.toFixed(Math.min(decimals, 10))));
}

/** As many decimals as asked, for columns and axes. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e6) return minus(value.toExponential(2).replace("e+", "e"));
  return minus(grouped(value.toFixed(decimals)));
}

export function integer(value: number): string {
  return grouped(String(Math.round(value)));
}

/** Axis labels: no more digits than they need. */
export function tick(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return minus(value.toExponential().replace("e+", "e"));
  return minus(grouped(String(Number(value.toPrecision(6)))));
}

/** " (hPa)" or nothing. */
export function inUnit(unit: string): string {
  return hasUnit(unit) ? ` (${unit})` : "";
}

/** " hPa" or nothing. */
export function unitAfter(unit: string): string {
  return hasUnit(unit) ? ` ${unit}` : "";
}

/** Decimals that show a column: enough for two digits of its errors, but no more than four digits of its values; three without errors. */
export function columnDecimals(values: readonly number[], errors: readonly number[]): number {
  const sizes = values.map(Math.abs).filter((v) => v > 0);
  if (sizes.length === 0) return 0;
  const size = Math.floor(Math.log10(middle(sizes)));
  const known = errors.filter((e) => e > 0);
  if (known.length === 0) return clamp(2 - size, 0, 6);
  return clamp(Math.min(1 - Math.floor(Math.log10(middle(known))), 3 - size), 0, 6);
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function hasUnit(unit: string): boolean {
  return unit !== "" && unit !== "1";
}

function middle(values: number[]): number {
  return values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function grouped(text: string): string {
  const [whole, decimals] = text.split(".");
  const spaced = whole.replace(/^-/, "").length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") : whole;
  return decimals === undefined ? spaced : `${spaced}.${decimals}`;
}

function minus(text: string): string {
  return text.replace(/-/g, "\u2212");
}
