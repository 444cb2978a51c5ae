import type { Experiment, Method, ReportData } from "./contract";
import type { NumberBlock } from "./load";
import { Times } from "./times";

/** How many colors the style sheet gives (--m0 …); methods past that repeat them with dashed lines. */
const COLORS = 8;
const DASHES = ["solid", [7, 4], [2, 3]] as const;

type Theme = "light" | "dark";

/** What every view shares: the data, which methods are shown, the theme. Views ask to hear when these change. */
export class State {
  readonly experiment: Experiment;
  readonly times: Times;
  private readonly hidden = new Set<string>();
  private readonly listeners = new Map<() => void, Element>();
  private chosenTheme: Theme | null = null;
  private readonly names: string[];

  constructor(
    readonly data: ReportData,
    readonly block: NumberBlock,
  ) {
    this.experiment = data.experiment;
    this.times = new Times(data.experiment);
    const swept = data.sweep?.runs.map((run) => run.method) ?? [];
    this.names = [...new Set([...data.methods.map((method) => method.name), ...swept])];
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.changed());
  }

  /** Calls the listener when methods are shown or hidden or colors change, for as long as its element is on the page. */
  onChange(listener: () => void, element: Element): void {
    this.listeners.set(listener, element);
  }

  changed(): void {
    document.documentElement.dataset.theme = this.theme;
    for (const [listener, element] of [...this.listeners])
      if (element.isConnected) listener();
      else this.listeners.delete(listener);
  }

  get methods(): Method[] {
    return this.data.methods;
  }

  /** Names of methods, and of those that only a sweep has. */
  get allMethods(): readonly string[] {
    return this.names;
  }

  get visibleMethods(): Method[] {
    return this.data.methods.filter((method) => this.isVisible(method.name));
  }

  isVisible(method: string): boolean {
    return !this.hidden.has(method);
  }

  setVisible(methods: readonly string[], visible: boolean): void {
    for (const method of methods)
      if (visible) this.hidden.delete(method);
      else this.hidden.add(method);
    this.changed();
  }

  get theme(): Theme {
    if (this.printing) return "light";
    return this.chosenTheme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }

  toggleTheme(): void {
    this.chosenTheme = this.theme === "dark" ? "light" : "dark";
    this.changed();
  }

  printing = false;

  /** A color of the style sheet, by the name of its variable. */
  color(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  colorOf(method: string): string {
    return this.color(this.colorName(method));
  }

  /** The same as CSS, which follows the theme by itself. */
  variableOf(method: string): string {
    return `var(--${this.colorName(method)})`;
  }

  dashOf(method: string): "solid" | number[] {
    const dash = DASHES[Math.floor(Math.max(0, this.indexOf(method)) / COLORS) % DASHES.length];
    return dash === "solid" ? dash : [...dash];
  }

  /** The unit of what is scored, where all of the state has the same; else empty. */
  get unit(): string {
    const units = [...this.data.fields, ...this.data.components.filter((c) => !c.isParameter)].map((part) => part.unit);
    return units.length > 0 && units.every((unit) => unit === units[0]) ? units[0] : "";
  }

  /** The method that views show first: the best one that did not diverge. */
  favorite(among: readonly string[]): string {
    const sound = this.methods.filter((m) => among.includes(m.name) && !m.divergence);
    const rmse = (m: Method) => m.scores.rmse?.value ?? m.withheld.find((w) => !w.isSmoothed)?.scores.rmse?.value ?? Infinity;
    const best = sound.sort((a, b) => rmse(a) - rmse(b))[0];
    return best?.name ?? among[0] ?? "";
  }

  private colorName(method: string): string {
    const index = this.indexOf(method);
    return index < 0 ? "ink-2" : `m${index % COLORS}`;
  }

  private indexOf(method: string): number {
    return this.names.indexOf(method);
  }
}
