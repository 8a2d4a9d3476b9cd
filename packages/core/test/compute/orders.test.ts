import { expect, test } from 'vitest'
import { command, deskStand, guest, rounds, web } from './desk-stand.ts'
import { endGuest } from '../../src/compute/orders/end-guest.ts'

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
