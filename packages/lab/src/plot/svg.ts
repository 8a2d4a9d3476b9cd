/** Text as it may stand in HTML and SVG, in attributes too. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

type Attributes = Readonly<Record<string, string | number>>

/** One element; numbers with two decimals, which is finer than any screen. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(written(value))}"`)
  return `<${name}${list.join('')}>${children.join('')}</${name}>`
}

export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(words))
}

export function written(value: string | number): string {
  return typeof value === 'string' ? value : String(Math.round(value * 100) / 100)
}

/** A drawing with its name and description for those who cannot see it. */
export function drawing(width: number, height: number, title: string, ...children: readonly string[]): string {
  const attributes = { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title }
  return element('svg', attributes, ...children)
}
