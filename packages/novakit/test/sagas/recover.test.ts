import type { CloudWorld } from '@novakit/sim'
import { describeSaga, sagaTables } from '@novakit/core/testing'
import { describe, expect, test } from 'vitest'
import { seconds } from '@novakit/core'
import { settle } from '@novakit/sim'
import type { Scenario } from '../support/saga-stage.ts'
import { expectQuietWorld, onlyServer, quietWorld, serversOf } from '../support/quiet-world.ts'
import { expectStatuses } from '../support/expect-statuses.ts'
import { sagaStage } from '../support/saga-stage.ts'

/** Long beside a heartbeat: half of them are lost while one of two conductors hangs. */
const AFTER = seconds(60)
const recovery = { after: AFTER, share: 0.4 }

/** Its agent falls silent while its guests run on: nobody can know what the host does. */
async function silence(world: CloudWorld): Promise<string> {
  const { placement } = await onlyServer(world)
  const host = world.hosts.find(({ name }) => name === placement?.host)
  if (host === undefined) throw new RangeError('the server is on no host')
  host.kill()
  return host.name
}

/** As an operator does it who has repaired a host. */
async function bringBack(world: CloudWorld, name: string): Promise<void> {
  await world.admin.hosts.forceDown(name, false)
  await world.admin.hosts.enable(name)
  await world.hosts.find((host) => host.name === name)?.restorePower()
}

async function oneServer(world: CloudWorld): Promise<void> {
  await world.tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
  await settle(world)
}

const recovered: Scenario = {
  world: { recovery },
  calls: ['plug'],
  prepare: oneServer,
  begin: async (world) => {
    const name = await silence(world)
    world.clock.after(seconds(150), () => void bringBack(world, name))
    await world.clock.advance(seconds(65))
  },
  goal: async (world) => {
    await expectStatuses(world, [(await onlyServer(world)).fault === null ? 'ACTIVE' : 'ERROR'])
  },
}

const table = sagaTables().find(({ kind }) => kind === 'host.recover')!
describeSaga(table.kind, { table, without: ['outages', 'stubbornError'], stage: () => sagaStage(recovered) })

describe('a host that falls silent', () => {
  test('is fenced, and its servers come back elsewhere as they were', async () => {
    const world = await quietWorld({ recovery })
    await oneServer(world)
    await world.tenant.servers.create({ name: 'idle', flavor: 'm1.tiny', image: 'cirros' })
    await settle(world)
    const idle = (await serversOf(world)).find(({ name }) => name === 'idle')!
    await world.tenant.servers.stop(idle.id)
    await settle(world)
    const names = new Set((await serversOf(world)).map(({ placement }) => placement!.host!))
    const silent = [...names][0]!
    world.hosts.find(({ name }) => name === silent)!.kill()
    await world.clock.advance(seconds(90))
    const after = await serversOf(world)
    expect(after.map(({ placement }) => placement?.host)).not.toContain(silent)
    expect(new Map(after.map(({ name, status }) => [name, status]))).toEqual(
      new Map([
        ['idle', 'SHUTOFF'],
        ['web', 'ACTIVE'],
      ]),
    )
    expect(await world.admin.hosts.get(silent)).toMatchObject({
      enabled: false,
      forcedDown: true,
      disabledReason: `fenced: power switch of ${silent}: off`,
    })
    await bringBack(world, silent)
    await expectQuietWorld(world)
  })

  test('is not fenced together with most others: then it is rather the network', async () => {
    const world = await quietWorld({ recovery })
    await oneServer(world)
    for (const host of world.hosts) host.kill()
    await world.clock.advance(seconds(200))
    for (const { forcedDown } of (await world.admin.hosts.list()).hosts) expect(forcedDown).toBe(false)
    for (const host of world.hosts) await host.start()
    await settle(world)
    await expectStatuses(world, ['ACTIVE'])
    await expectQuietWorld(world)
  })

  test('loses no server before it is sure that it is off', async () => {
    let asked = 0
    const world = await quietWorld({
      recovery,
      fencing: (powerSwitch) => ({
        fence: (host) => {
          asked++
          return asked < 4 ? Promise.reject(new Error('the switch does not answer')) : powerSwitch.fence(host)
        },
      }),
    })
    await oneServer(world)
    const before = (await onlyServer(world)).placement
    await silence(world)
    while (asked < 3) await world.clock.advance(seconds(1))
    expect((await onlyServer(world)).placement).toEqual(before)
    await world.clock.advance(seconds(60))
    expect(asked).toBe(4)
    const { placement, status } = await onlyServer(world)
    expect(status).toBe('ACTIVE')
    expect(placement?.host).not.toBe(before?.host)
    await bringBack(world, before!.host!)
    await expectQuietWorld(world)
  })

  test('runs its servers a second time if its power switch lies: nothing but the fence prevents that', async () => {
    const lying = { fence: async () => ({ proof: 'believe me' }) }
    const world = await quietWorld({ recovery, fencing: () => lying })
    await oneServer(world)
    const name = await silence(world)
    await world.clock.advance(seconds(90))
    expect(world.hypervisors.violations()).toMatchObject([{ kind: 'two_places' }])
    await bringBack(world, name)
    await settle(world)
  })

  test('and has no server is left to its operator', async () => {
    const world = await quietWorld({ recovery })
    await oneServer(world)
    const { placement } = await onlyServer(world)
    const other = world.hosts.find(({ name }) => name !== placement?.host)!
    other.kill()
    await world.clock.advance(seconds(90))
    expect(await world.admin.hosts.get(other.name)).toMatchObject({ enabled: true, forcedDown: false })
    await other.start()
    await expectQuietWorld(world)
  })
})
