import { expect, it } from 'vitest'
import type { CloudEvent } from '../../src/domain/event/event.ts'
import type { Log } from '../../src/ports/log.ts'
import { cloudEvents, emit } from '../../src/api/events.ts'
import { silentLog } from '../../src/system/log.ts'

const event = { name: 'cell.up', payload: { cell: 'c1' } } as unknown as CloudEvent

function noted(): { readonly log: Log; readonly lines: unknown[] } {
  const lines: unknown[] = []
  return { log: { ...silentLog, error: (...line) => void lines.push(line) }, lines }
}

it('every listener hears an event, and each that throws or rejects is logged by itself', async () => {
  const { log, lines } = noted()
  const events = cloudEvents(log)
  const heard: string[] = []
  events.on('cell.up', () => {
    throw new Error('one')
  })
  events.once('cell.up', (() => Promise.reject(new Error('two'))) as () => void)
  events.on('cell.up', () => void heard.push('by name'))
  events.on('*', () => {
    throw new Error('three')
  })
  events.on('*', () => void heard.push('all'))
  expect(() => emit(events, event)).not.toThrow()
  await Promise.resolve()
  expect(heard).toEqual(['by name', 'all'])
  const failed = ['Error: one', 'Error: three', 'Error: two']
  expect(lines).toEqual(failed.map((error) => ['a listener failed', { event: 'cell.up', error }]))
})

it('a listener is called with its context, once where it asked for once, and not after it was taken away', () => {
  const events = cloudEvents()
  const desk = { heard: 0 }
  const count = function (this: unknown): void {
    ;(this as typeof desk).heard++
  }
  events.once('cell.up', count, desk)
  emit(events, event)
  emit(events, event)
  expect(desk.heard).toBe(1)
  events.on('cell.up', count, desk)
  emit(events, event)
  events.off('cell.up', count)
  events.addListener('*', count, desk)
  emit(events, event)
  events.removeListener('*', count)
  emit(events, event)
  expect(desk.heard).toBe(3)
  expect(events.listenerCount('cell.up') + events.listenerCount('*')).toBe(0)
})
