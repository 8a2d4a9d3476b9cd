import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { manualClock, millis } from '@novakit/core'
import { testEnvironment } from '@novakit/core/testing'
import { fakeDriver } from '../src/index.ts'
import { opened, orderOn } from './kit.ts'

const order = orderOn('a')
const agent = fileURLToPath(new URL('fixtures/agent.ts', import.meta.url))

const freshFile = async (): Promise<string> => path.join(await mkdtemp(path.join(tmpdir(), 'fake-driver-')), 'guests')

/** Runs the agent until it says that it is where it should be, and kills it there. */
async function killedAgent(stateFile: string, at: 'define' | 'done'): Promise<void> {
  const child = fork(agent, [stateFile, at], { execArgv: ['--conditions=novakit-source'], stdio: 'inherit' })
  const [message] = (await once(child, 'message')) as [string]
  expect(message).toBe('ready')
  child.kill('SIGKILL')
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
}

describe('a state file', () => {
  it('keeps guests for a driver of another process after SIGKILL', async () => {
    const stateFile = await freshFile()
    await killedAgent(stateFile, 'done')
    const { host, world } = await opened({ stateFile })
    expect(await host.list()).toEqual([{ server: order.server, node: 'a', epoch: 1, power: 'running' }])
    expect(world.guest(order.server)?.order?.configDrive).toEqual({ bytes: Uint8Array.of(1, 2, 3), format: 'vfat' })
    await host.spawn(order)
    expect(world.guests()).toHaveLength(1)
  })

  it('keeps the part of a guest whose spawn was killed between two steps', async () => {
    const stateFile = await freshFile()
    await killedAgent(stateFile, 'define')
    const { host, world } = await opened({ stateFile })
    expect(await host.list()).toEqual([])
    expect(world.leftovers()).toMatchObject([{ server: order.server, disks: [{ role: 'root' }] }])
    await host.spawn(order)
    expect(world.guests()).toMatchObject([{ power: 'running', disks: [{ generation: 1 }] }])
    await host.destroy(order, {})
    expect((await opened({ stateFile })).world.guests()).toEqual([])
  })

  it('passes over a torn last line', async () => {
    const stateFile = await freshFile()
    const { host } = await opened({ stateFile })
    await host.spawn(order)
    await appendFile(stateFile, '["guest/a/a/torn","{\\"server')
    const again = await opened({ stateFile })
    expect(await again.host.list()).toHaveLength(1)
  })

  it('can be read by its owner only', async () => {
    const stateFile = await freshFile()
    await (await opened({ stateFile })).host.spawn(order)
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600)
  })

  it('brings back maps and buffers as they were', async () => {
    const stateFile = await freshFile()
    const rich = orderOn('a', {
      configDrive: { bytes: Buffer.from('drive'), format: 'iso9660' },
      allocations: new Map([['_gpu', ['provider-1' as never]]]),
    })
    await (await opened({ stateFile })).host.spawn(rich)
    const found = (await opened({ stateFile })).world.guest(order.server)?.order
    expect(found?.allocations).toEqual(rich.allocations)
    expect(Buffer.from(found!.configDrive!.bytes).toString()).toBe('drive')
  })

  it('lets a live migration go on that was under way when the process died', async () => {
    const stateFile = await freshFile()
    const clock = manualClock()
    const to = orderOn('b', { epoch: 2 })
    const hosts = async () => {
      const driver = fakeDriver({ stateFile, migration: { span: 1000 } })
      const open = (host: string) => driver.open(testEnvironment({ host, clock }))
      return { driver, a: await open('a'), b: await open('b') }
    }
    const before = await hosts()
    await before.a.spawn(order)
    await before.a.liveMigration!.start(order, await before.b.liveMigration!.prepareDestination(to, {}))
    const after = await hosts()
    await clock.advance(millis(1000))
    expect(after.driver.world.guests()).toMatchObject([
      { host: 'a', power: 'shutdown' },
      { host: 'b', power: 'running' },
    ])
  })

  it('fails the call whose change cannot be written, and the opening where there is no place for it', async () => {
    const stateFile = await freshFile()
    const { host } = await opened({ stateFile })
    await rm(path.dirname(stateFile), { recursive: true })
    await expect(host.spawn(order)).rejects.toMatchObject({ code: 'fake.state_file', help: 'elsewhere' })
    await expect(opened({ stateFile: '/dev/null/no-folder/guests' })).rejects.toThrow()
  })

  it('has one line for every change', async () => {
    const stateFile = await freshFile()
    const { host } = await opened({ stateFile })
    await host.spawn(order)
    expect((await readFile(stateFile, 'utf8')).trim().split('\n')).toHaveLength(3)
  })
})

describe('a world in memory', () => {
  it('keeps guests for a driver that is made anew', async () => {
    const first = await opened()
    await first.host.spawn(order)
    await first.host.close()
    const second = await opened({ world: first.world })
    expect(await second.host.list()).toMatchObject([{ server: order.server, power: 'running' }])
  })
})
