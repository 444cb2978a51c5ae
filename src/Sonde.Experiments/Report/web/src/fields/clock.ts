import { h } from "../dom";
import type { State } from "../state";

/** A slider over snapshots, with a button that plays them. */
export class Clock {
  readonly element: HTMLElement;
  index: number;
  private readonly slider: HTMLInputElement;
  private readonly text = h("output", { class: "time" });
  private readonly button: HTMLButtonElement;
  private timer = 0;

  constructor(
    private readonly state: State,
    private readonly times: Float32Array,
    private readonly changed: () => void,
  ) {
    this.index = times.length - 1;
    this.slider = h("input", {
      type: "range",
      min: 0,
      max: times.length - 1,
      value: this.index,
      "aria-label": "Time of the snapshot",
      oninput: () => this.set(Number(this.slider.value)),
    });
    this.button = h("button", { type: "button", class: "play", onclick: () => (this.timer ? this.stop() : this.play()) });
    this.element = h("div", { class: "clock" }, this.button, this.slider, this.text);
    this.stop();
    this.describe();
    this.element.hidden = times.length < 2;
  }

  set(index: number): void {
    this.index = index;
    this.slider.value = String(index);
    this.describe();
    this.changed();
  }

  private play(): void {
    if (this.index === this.times.length - 1) this.set(0);
    const wait = Math.min(400, Math.max(60, 12000 / this.times.length));
    this.timer = window.setInterval(() => {
      if (this.index + 1 >= this.times.length || !this.element.isConnected) this.stop();
      else this.set(this.index + 1);
    }, wait);
    this.button.textContent = "Pause";
  }

  private stop(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
    this.button.textContent = "Play";
  }

  private describe(): void {
    const text = this.state.times.text(this.times[this.index]);
    this.text.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
  }
}
