import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { id, mib, systemClock, systemIds, type HypervisorHost, type ServerId, type SpawnOrder } from '@novakit/core'
import { sampleSpawnOrder, testEnvironment } from '@novakit/core/testing'
import { libvirtDriver } from '../../src/index.ts'
import { libvirt } from '../../src/rpc/index.ts'
import { describeLibvirtd } from '../rpc/support/libvirtd.ts'
import { killingProxy, type KillingProxy } from './support/killing-proxy.ts'
import { openStage, pluggedNic, type Stage } from './support/stage.ts'

const agent = path.join(import.meta.dirname, 'support/agent.ts')
const newOrder = (): SpawnOrder => sampleSpawnOrder({ server: id<ServerId>(systemIds.uuid()) })

describeLibvirtd('an agent that is killed', () => {
  let stage: Stage
  let host: HypervisorHost
  let proxy: KillingProxy
  const folder = (): string => stage.guests('killed')
  const open = (): Promise<HypervisorHost> =>
    libvirtDriver({ uri: stage.daemon.testUri, folder: folder() }).open(
      testEnvironment({ host: 'killed', clock: systemClock }),
    )

  beforeAll(async () => {
    stage = await openStage({ drivers: 'none' })
    proxy = await killingProxy(
      path.join(stage.daemon.folder, 'proxy'),
      path.join(stage.daemon.folder, 'sock/libvirt-sock'),
    )
  }, 60_000)
  afterAll(async () => {
    await proxy?.close()
    await stage?.close()
  })
  beforeEach(async () => {
    host = await open()
  })
  afterEach(async () => {
    await host.close()
  })

  /** An agent in a process of its own that dies at its n-th call. @returns whether it came that far */
  async function killedAt(action: string, order: SpawnOrder, call: number, when: 'before' | 'after'): Promise<boolean> {
    const uri = `test+unix:///default?socket=${proxy.socket}`
    const args = [...process.execArgv, agent, uri, folder(), action, JSON.stringify(order)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (data: Buffer) => {
      if (said === '') proxy.arm(call, when, () => child.kill('SIGKILL'))
      said += data.toString()
      if (said.includes('done')) proxy.arm(Number.POSITIVE_INFINITY, 'before', () => undefined)
    })
    await once(child, 'close')
    expect(said).toContain('begins')
    return !said.includes('done')
  }

  const running = async (order: SpawnOrder): Promise<void> => {
    expect(await host.list()).toMatchObject([{ server: order.server, epoch: order.epoch, power: 'running' }])
  }
  const gone = async (order: SpawnOrder): Promise<void> => {
    await host.destroy(order, {})
    expect(await host.list()).toEqual([])
    expect(await stage.leftovers(folder())).toEqual([])
  }

  /** Calls it takes, at most; the rest of the numbers find it done, which is looked at too. */
  const calls = [1, 2, 3, 4, 5, 6]
  const moments = calls.flatMap((call) => [[call, 'before'] as const, [call, 'after'] as const])

  test('at any call of a spawn goes on when it is told again, and can be cleaned up at once', async () => {
    const deaths: string[] = []
    for (const [call, when] of moments) {
      const order = newOrder()
      if (!(await killedAt('spawn', order, call, when))) {
        await gone(order)
        break
      }
      deaths.push(`${when} ${call}`)
      if (when === 'before') {
        await host.spawn(order)
        await running(order)
      }
      await gone(order)
    }
    expect(deaths.length).toBeGreaterThanOrEqual(6)
  }, 300_000)

  test.each(['destroy', 'hard reboot', 'rebuild', 'snapshot', 'leave'])(
    'at any call of %s leaves what can be done again, and cleaned up',
    async (action) => {
      const again: Readonly<Record<string, (order: SpawnOrder) => Promise<unknown>>> = {
        destroy: (order) => host.destroy(order, {}),
        'hard reboot': (order) => host.reboot!.hard(order),
        rebuild: (order) => host.rebuild!.rebuild(order, { preserveEphemeral: false }),
        snapshot: (order) => host.snapshot!.capture(order, 'key', 'qcow2'),
        leave: async (order) => {
          await host.resize!.leave(order, id('killed'))
          await host.resize!.revert({ ...order, epoch: order.epoch + 1 })
        },
      }
      let deaths = 0
      for (const call of calls) {
        const order = newOrder()
        await host.spawn(order)
        const died = await killedAt(action, order, call, call % 2 === 0 ? 'after' : 'before')
        await again[action]?.(order)
        if (action !== 'destroy') expect(await host.list()).toMatchObject([{ server: order.server, power: 'running' }])
        await gone({ ...order, epoch: order.epoch + 1 })
        if (!died) break
        deaths++
      }
      expect(deaths).toBeGreaterThanOrEqual(2)
    },
    300_000,
  )
})

describeLibvirtd('a guest of real QEMU', () => {
  test('outlives its libvirtd, and is found and destroyed by an agent that stayed', async () => {
    const stage = await openStage({ drivers: 'all' })
    try {
      const order = newOrder()
      const small = { ...order, flavor: { ...order.flavor, memory: mib(64) } }
      const driver = libvirtDriver({ uri: stage.daemon.qemuUri, folder: stage.guests('g'), virtType: 'qemu' })
      const host = await driver.open(testEnvironment({ host: 'stays', clock: systemClock }))
      await host.spawn(small)
      await stage.daemon.kill('SIGKILL')
      await stage.daemon.start()
      await expect.poll(() => host.list().catch(() => []), { timeout: 60_000 }).toMatchObject([{ power: 'running' }])
      await host.destroy(small, {})
      await host.close()
      await using client = await libvirt({ uri: stage.daemon.qemuUri }).connect()
      expect(await client.connectListAllDomains()).toEqual([])
      expect(await stage.leftovers(stage.guests('g')).catch(() => ['stale connection'])).toEqual([])
    } finally {
      await stage.close()
    }
  }, 180_000)

  test('is plugged into a bridge of the host under the name that its port has', async () => {
    const stage = await openStage({ drivers: 'all' })
    const ip = async (...args: string[]) => (await promisify(execFile)('ip', args)).stdout
    await ip('link', 'add', 'name', 'nkbr0', 'type', 'bridge')
    try {
      const order = newOrder()
      const on = (device: string) => ({ ...pluggedNic(order), vifType: 'bridge', details: { bridge: 'nkbr0' }, device })
      const small = { ...order, flavor: { ...order.flavor, memory: mib(64) }, nics: [on('nktap0')] }
      const driver = libvirtDriver({ uri: stage.daemon.qemuUri, folder: stage.guests('g'), virtType: 'qemu' })
      const host = await driver.open(testEnvironment({ host: 'bridged', clock: systemClock }))
      const plugged = async () => {
        const links = JSON.parse(await ip('-json', 'link', 'show', 'master', 'nkbr0')) as readonly { ifname: string }[]
        return links.map(({ ifname }) => ifname).toSorted()
      }
      await host.spawn(small)
      await host.interfaces!.attach(small, on('nktap1'))
      expect(await plugged()).toEqual(['nktap0', 'nktap1'])
      await host.destroy(small, {})
      expect(await plugged()).toEqual([])
      await host.close()
    } finally {
      await ip('link', 'delete', 'dev', 'nkbr0')
      await stage.close()
    }
  }, 180_000)
})
