/** Makes elements. Text stays text: nothing here reads HTML. */

export type Child = Node | string;

/** What an element may have beside its children. */
export type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with attributes and children; an attribute that is false or undefined is left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

/** What the page has under an id. @throws RangeError where there is nothing. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new RangeError(`there is no #${id}`);
  return found;
}
