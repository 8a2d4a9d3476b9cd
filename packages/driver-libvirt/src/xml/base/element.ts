/** An element as it stands in a text: names with their prefixes, comments left out. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (Element | string)[]
}

/** The first child of that name. */
export function childOf(element: Element, name: string): Element | undefined {
  return element.children.find((child): child is Element => typeof child !== 'string' && child.name === name)
}

export function childrenOf(element: Element, name: string): readonly Element[] {
  return element.children.filter((child): child is Element => typeof child !== 'string' && child.name === name)
}

/** Its own text, without that of its children. */
export function textOf(element: Element): string {
  return element.children.filter((child) => typeof child === 'string').join('')
}

export function attributeOf(element: Element, name: string): string | undefined {
  return Object.hasOwn(element.attributes, name) ? element.attributes[name] : undefined
}
