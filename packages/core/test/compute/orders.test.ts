import { expect, test } from 'vitest'
import { command, deskStand, guest, rounds, web } from './desk-stand.ts'
import { endGuest } from '../../src/compute/orders/end-guest.ts'
import { id, type VolumeId } from '../../src/domain/ids.ts'

test('a destroy removes the guest of its epoch and what was plugged for it', async () => {
  const { desk, guests, calls, reports } = deskStand()
  guests.push(guest(1))
  await desk.take(command('destroy', 1))
  await rounds()
  expect(calls).toEqual(['destroy web@1 on n1', 'unplug web'])
  expect(reports).toMatchObject([{ outcome: { kind: 'done' } }])
})

test('a destroy that finds a guest of a higher epoch touches nothing', async () => {
  const { desk, guests, calls, reports } = deskStand()
  guests.push(guest(2))
  await desk.take(command('destroy', 1))
  await rounds()
  expect(calls).toEqual([])
  expect(guests).toEqual([guest(2)])
  expect(reports).toMatchObject([{ outcome: { kind: 'done' } }])
})

test('a bury looks on every node', async () => {
  const { desk, calls, reports } = deskStand()
  await desk.take(command('bury', 1, { node: null, payload: {} }))
  await rounds()
  expect(calls).toEqual(['destroy web@1 on n1', 'destroy web@1 on n2', 'unplug web'])
  expect(reports).toMatchObject([{ outcome: { kind: 'done' } }])
})

test('a bury that comes after the server is back answers, and removes the old guest only', async () => {
  const { desk, fences, guests, calls, reports } = deskStand()
  await fences.admit(web, { epoch: 2, sequence: 0, ends: false })
  guests.push(guest(1, 'n2'), guest(2, 'n1'))
  expect(await desk.take(command('bury', 1, { node: null, payload: {} }))).toBe(true)
  await rounds()
  expect(calls).toEqual(['destroy web@1 on n2'])
  expect(guests).toEqual([guest(2, 'n1')])
  expect(reports).toMatchObject([{ epoch: 1, outcome: { kind: 'done' } }])
  expect(await fences.admit(web, { epoch: 2, sequence: 0, ends: false })).toBe(true)
})

test('a hypervisor that says that it removed a guest and did not is not believed', async () => {
  const { deps, guests, calls } = deskStand()
  guests.push(guest(1, 'n2'))
  const ending = endGuest(deps, { server: web, epoch: 1, node: guest(1).node }, [])
  await expect(ending).rejects.toMatchObject({ code: 'host.refused' })
  expect(calls).not.toContain('unplug web')
})

const connectionTo = (attachment: string) => ({
  attachment,
  volume: id<VolumeId>('data'),
  server: web,
  type: 'file',
  data: {},
})

test('a destroy lets go of the volumes of the guest and of those before it, and of no newer one', async () => {
  const { desk, deps, calls } = deskStand()
  await deps.held.hold({ server: web, epoch: 1 }, connectionTo('first'))
  await deps.held.hold({ server: web, epoch: 2 }, connectionTo('second'))
  await deps.held.hold({ server: web, epoch: 3 }, connectionTo('third'))
  calls.length = 0
  await desk.take(command('destroy', 2))
  await rounds()
  expect(calls).toEqual(['destroy web@2 on n1', 'let go of first', 'let go of second', 'unplug web'])
  expect(await deps.held.find(web, 'second')).toBeNull()
  expect(await deps.held.find(web, 'third')).toMatchObject({ path: '/dev/data' })
})

test('what an order of an older guest lets go of stays with the newer one that has it', async () => {
  const { deps, calls } = deskStand()
  await deps.held.hold({ server: web, epoch: 2 }, connectionTo('one'))
  await deps.held.letGo({ server: web, epoch: 1 }, connectionTo('one'))
  expect(calls).toEqual(['have one'])
  await deps.held.letGo({ server: web, epoch: 2 }, connectionTo('one'))
  expect(calls).toEqual(['have one', 'let go of one'])
})

test('what is plugged in or out is told apart by its own numbers, and is not overtaken by what else is done', async () => {
  const { fences } = deskStand()
  const plug = (sequence: number, epoch = 1) => fences.admit(web, { epoch, sequence, ends: false, plugs: true })
  const act = (sequence: number, epoch = 1) => fences.admit(web, { epoch, sequence, ends: false })
  expect(await act(3)).toBe(true)
  expect(await plug(1)).toBe(true)
  expect(await plug(2)).toBe(true)
  expect(await plug(1)).toBe(false)
  expect(await act(3)).toBe(true)
  expect(await act(2)).toBe(false)
  expect(await fences.sequenceOf({ server: web, epoch: 1 })).toBe(3)
  expect(await plug(1, 2)).toBe(true)
  expect(await plug(9, 1)).toBe(false)
  await fences.admit(web, { epoch: 2, sequence: 0, ends: true })
  expect(await plug(2, 2)).toBe(false)
})
