import { expect, test } from 'vitest'
import { command, deskStand, gate, guest, rounds, web } from './desk-stand.ts'
import { millis, seconds } from '../../src/domain/unit/units.ts'

const refused = { kind: 'failed', help: 'elsewhere', problem: { code: 'host.refused' } }
const done = { kind: 'done' }

test('orders of one server wait for each other, those of two do not', async () => {
  const make = gate('make')
  const { desk, reports } = deskStand([make.order])
  await desk.take(command('make', 1))
  await desk.take(command('make', 1))
  await desk.take(command('make', 1, { server: 'mail' as never }))
  await rounds()
  expect(make.begun.map((one) => one.command.server)).toEqual([web, 'mail'])
  make.end()
  await rounds()
  expect(make.begun.map((one) => one.command.server)).toEqual([web, 'mail', web])
  expect(reports).toMatchObject([{ server: web, outcome: done }])
})

test('an order that runs alongside neither waits for the guest nor holds it up', async () => {
  const make = gate('make')
  const look = gate('look', { alongside: true })
  const { desk, reports } = deskStand([make.order, look.order])
  await desk.take(command('make', 1))
  await desk.take(command('look', 1))
  await rounds()
  expect([make.begun.length, look.begun.length]).toEqual([1, 1])
  look.end()
  await rounds()
  expect(reports).toMatchObject([{ step: 'look', outcome: done }])
  await desk.take(command('look', 1))
  make.end()
  await rounds()
  expect(reports.map(({ step }) => step)).toEqual(['look', 'make'])
})

test('an order that runs alongside is fenced as others are, and aborted when the guest is to go', async () => {
  const look = gate('look', { alongside: true })
  const { desk, reports } = deskStand([look.order])
  await desk.take(command('look', 2))
  expect(await desk.take(command('look', 1))).toBe(false)
  await desk.take(command('destroy', 2))
  await rounds()
  expect(look.begun).toHaveLength(1)
  expect(reports.find(({ step }) => step === 'look')).toMatchObject({ outcome: refused })
  expect(reports.find(({ step }) => step === 'destroy')).toMatchObject({ outcome: done })
})

test('orders about the host name no server, are not fenced, and wait for each other only', async () => {
  const make = gate('make')
  const tidy = gate('tidy', { about: 'host' } as never)
  const { desk, reports } = deskStand([make.order, tidy.order])
  await desk.take(command('make', 7))
  const about = { server: null, node: null }
  await desk.take(command('tidy', 0, about))
  await desk.take(command('tidy', 0, about))
  await rounds()
  expect(tidy.begun).toHaveLength(1)
  tidy.end()
  await rounds()
  expect(tidy.begun).toHaveLength(2)
  expect(reports).toMatchObject([{ step: 'tidy', server: null, outcome: done }])
})

test('an order about a guest that names none is answered with a failure', async () => {
  const { desk, reports } = deskStand()
  await desk.take(command('destroy', 0, { server: null }))
  await rounds()
  expect(reports).toMatchObject([{ outcome: { kind: 'failed', problem: { code: 'host.invalid' } } }])
})

test('what is overtaken before its turn is not begun', async () => {
  const make = gate('make')
  const { desk, reports } = deskStand([make.order])
  await desk.take(command('make', 1))
  await desk.take(command('make', 1))
  await rounds()
  await desk.take(command('destroy', 1))
  await rounds()
  expect(make.begun).toHaveLength(1)
  expect(reports.map(({ step, outcome }) => [step, outcome.kind])).toEqual([
    ['make', 'failed'],
    ['make', 'failed'],
    ['destroy', 'done'],
  ])
})

test('an order that ignores its abort holds the destroy up for half a minute and is then reported failed', async () => {
  const make = gate('make', {}, false)
  const { desk, clock, reports } = deskStand([make.order])
  await desk.take(command('make', 1))
  await rounds()
  await desk.take(command('destroy', 1))
  await clock.advance(millis(29_999))
  expect(reports).toEqual([])
  await clock.advance(millis(1))
  expect(reports).toMatchObject([
    { step: 'make', outcome: refused },
    { step: 'destroy', outcome: done },
  ])
})

test('until an order that was let go has ended, nothing is made of its server; afterwards it may be', async () => {
  const make = gate('make', {}, false)
  const { desk, clock, reports } = deskStand([make.order])
  await desk.take(command('make', 1))
  await rounds()
  await desk.take(command('destroy', 1))
  await clock.advance(seconds(30))
  await desk.take(command('make', 2))
  await rounds()
  expect(make.begun).toHaveLength(1)
  expect(reports.at(-1)).toMatchObject({ step: 'make', epoch: 2, outcome: refused })
  make.end()
  await rounds()
  await desk.take(command('make', 3))
  await rounds()
  expect(make.begun).toHaveLength(2)
})

test('what an order that was let go makes in the end is removed, and nothing more is reported', async () => {
  const make = gate('make', {}, false)
  const { desk, clock, reports, guests, calls } = deskStand([make.order])
  await desk.take(command('make', 1))
  await rounds()
  await desk.take(command('destroy', 1))
  await clock.advance(seconds(30))
  calls.length = 0
  guests.push(guest(1))
  make.end()
  await rounds()
  expect(guests).toEqual([])
  expect(calls).toEqual(['destroy web@1 on n1', 'unplug web'])
  expect(reports).toHaveLength(2)
})

test('a guest that appears after its end is removed at the next look, its successor is not', async () => {
  const { desk, fences, guests } = deskStand()
  await desk.take(command('destroy', 1))
  await fences.admit(web, { epoch: 2, sequence: 0, ends: false })
  await rounds()
  guests.push(guest(1, 'n2'), guest(2, 'n1'))
  await desk.removeEnded([...guests])
  await rounds()
  expect(guests).toEqual([guest(2, 'n1')])
})

test('closing aborts what is under way and reports nothing of it', async () => {
  const make = gate('make')
  const { desk, reports, clock } = deskStand([make.order])
  await desk.take(command('make', 1))
  await rounds()
  await desk.close()
  expect(make.begun[0]?.signal.aborted).toBe(true)
  expect(reports).toEqual([])
  expect(await desk.take(command('make', 1))).toBe(false)
  expect(clock.waiting).toBe(0)
})

test('closing waits five seconds for an order that ignores its abort, then says so and lets go', async () => {
  const make = gate('make', {}, false)
  const { desk, clock, warnings } = deskStand([make.order])
  await desk.take(command('make', 1))
  await rounds()
  let closed = false
  const closing = desk.close().then(() => void (closed = true))
  await clock.advance(millis(4999))
  expect(closed).toBe(false)
  await clock.advance(millis(1))
  await closing
  expect(warnings).toContain('orders do not end although they were aborted; they are left to themselves')
})

test('an order that must not be done twice answers what it came to, when it is asked for again', async () => {
  const rebuild = gate('rebuild', { once: true })
  const { desk, reports } = deskStand([rebuild.order])
  const first = command('rebuild', 1, { sequence: 3 })
  await desk.take(first)
  await rounds()
  rebuild.end()
  await rounds()
  expect(await desk.take({ ...first, attempt: 2 })).toBe(true)
  await rounds()
  expect(rebuild.begun).toHaveLength(1)
  expect(reports).toMatchObject([
    { attempt: 1, outcome: done },
    { attempt: 2, outcome: done },
  ])
})

test('an order that a later action has overtaken is aborted, and the later one is done after it', async () => {
  const stop = gate('stop')
  const start = gate('start')
  const { desk } = deskStand([stop.order, start.order])
  await desk.take(command('stop', 1, { sequence: 1 }))
  await rounds()
  await desk.take(command('start', 1, { sequence: 2 }))
  await rounds()
  expect(stop.begun[0]?.signal.aborted).toBe(true)
})

test('an overtaken order that does not heed it is waited for no longer, and its guest stays', async () => {
  const stop = gate('stop', {}, false)
  const start = gate('start')
  const { desk, clock, calls, reports, guests } = deskStand([stop.order, start.order])
  guests.push(guest(1))
  await desk.take(command('stop', 1, { sequence: 1 }))
  await rounds()
  await desk.take(command('start', 1, { sequence: 2 }))
  await rounds()
  await clock.advance(seconds(31))
  stop.end()
  await rounds()
  expect(reports).toMatchObject([
    { step: 'stop', outcome: refused },
    { step: 'start', outcome: refused },
  ])
  expect(calls).toEqual([])
  expect(guests).toHaveLength(1)
})
