// Elements from data. Text only ever becomes a text node: nothing in the page parses HTML.

export type Child = Node | string | undefined | false;
type Attribute = string | boolean | undefined | ((event: Event) => void);

/** An element; functions listen to the event named by `on…`, `true` sets an attribute, `false` leaves it out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  fill(element, ...children);
  return element;
}

/** Makes `children` the only children. */
export function fill(element: Element | DocumentFragment, ...children: readonly Child[]): void {
  element.replaceChildren(
    ...children.filter((child): child is Node | string => child !== undefined && child !== false),
  );
}

/** Some nodes as one. */
export function fragment(...children: readonly Child[]): DocumentFragment {
  const all = document.createDocumentFragment();
  fill(all, ...children);
  return all;
}

export const button = (label: Child, onclick: () => void, attributes: Readonly<Record<string, Attribute>> = {}) =>
  h("button", { type: "button", onclick, ...attributes }, label);

/** What a keyed child was built from. */
const prints = new WeakMap<Element, { key: string; print: string }>();

/**
 * Makes the children of `parent` those of `items`, in their order. A child is built again only when its `print` changed, so
 * that focus, scroll position and selection survive a click elsewhere.
 */
export function reconcile<Item>(
  parent: Element,
  items: readonly Item[],
  shape: { key: (item: Item) => string; print: (item: Item) => string; build: (item: Item) => Element },
): void {
  const old = new Map<string, Element>();
  for (const child of parent.children) {
    const known = prints.get(child);
    if (known) old.set(known.key, child);
  }
  const wanted = items.map((item) => {
    const key = shape.key(item);
    const print = shape.print(item);
    const child = old.get(key);
    if (child && prints.get(child)?.print === print) return child;
    const built = shape.build(item);
    prints.set(built, { key, print });
    return built;
  });
  const stays = new Set(wanted);
  for (const child of [...parent.children]) if (!stays.has(child)) child.remove();
  // Moving a child that is already in place would lose its scroll position and focus.
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

/** Brings `element` into view inside of the one box that scrolls, leaving the rest of the page where it is. */
export function reveal(element: Element, box: Element, margin = 48): void {
  const inner = element.getBoundingClientRect();
  const outer = box.getBoundingClientRect();
  if (inner.top < outer.top + margin) box.scrollTop -= outer.top + margin - inner.top;
  else if (inner.bottom > outer.bottom - margin) {
    box.scrollTop += Math.min(inner.bottom - outer.bottom + margin, inner.top - outer.top - margin);
  }
}
