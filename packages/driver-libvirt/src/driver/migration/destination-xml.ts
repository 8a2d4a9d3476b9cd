import { writeXml, type Element } from '../../xml/index.ts'
import type { PreparedData } from './migration-data.ts'

/**
 * A running guest's own description, as it is to read on the destination: its files in the other folder, its console on
 * the other address, its fencing token the next one. All else has to stay, as the guest is running on it.
 */
export function destinationXml(running: Element, data: PreparedData): string {
  return writeXml(moved(running, data))
}

function moved(element: Element, data: PreparedData): Element {
  const children = element.children
    // The copy of a disk stands on nothing.
    .filter((child) => typeof child === 'string' || child.name !== 'backingStore')
    .map((child) => (typeof child === 'string' ? child : moved(child, data)))
  const attributes = Object.fromEntries(
    Object.entries(element.attributes).map(([name, value]) => [name, attribute(element, name, value, data)]),
  )
  return { ...element, attributes, children }
}

function attribute({ name: element, attributes }: Element, name: string, value: string, data: PreparedData): string {
  const from = `${data.sourceFolder}/`
  if (value.startsWith(from)) return `${data.folder}/${value.slice(from.length)}`
  if (element === 'graphics' && name === 'listen') return data.consoleAddress
  if (element === 'listen' && name === 'address' && attributes['type'] === 'address') return data.consoleAddress
  if (element.endsWith(':guest') && name === 'epoch') return String(data.epoch)
  return value
}
