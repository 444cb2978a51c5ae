export type Child = Node | string | number | null | undefined | false;

type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

/** An element with attributes (a function is a listener: onclick) and children; text is never read as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter(isShown).map(asNode));
  return element;
}

/** For the few places where a chart wants HTML as text. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

let count = 0;

/** A choice of one among a few, all of them visible. */
export function segmented<T extends string>(
  label: string,
  options: readonly { value: T; text: string }[],
  selected: T,
  change: (value: T) => void,
): HTMLElement {
  const name = `choice-${++count}`;
  return h(
    "fieldset",
    { class: "segmented" },
    h("legend", {}, label),
    options.map(({ value, text }) =>
      h(
        "label",
        {},
        h("input", { type: "radio", name, value, checked: value === selected, onchange: () => change(value) }),
        h("span", {}, text),
      ),
    ),
  );
}

/** A choice of one among many. */
export function select(
  label: string,
  options: readonly { value: string; text: string }[],
  selected: string,
  change: (value: string) => void,
): HTMLElement {
  const element = h(
    "select",
    { onchange: () => change(element.value) },
    options.map(({ value, text }) => h("option", { value, selected: value === selected }, text)),
  );
  return h("label", { class: "control" }, h("span", {}, label), element);
}

export function checkbox(label: string | Node, checked: boolean, change: (checked: boolean) => void): HTMLElement {
  const element = h("input", { type: "checkbox", checked, onchange: () => change(element.checked) });
  return h("label", { class: "control check" }, element, h("span", {}, label));
}

function isShown(child: Child): child is Node | string | number {
  return child !== null && child !== undefined && child !== false;
}

function asNode(child: Node | string | number): Node | string {
  return typeof child === "number" ? String(child) : child;
}
