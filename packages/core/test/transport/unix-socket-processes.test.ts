import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { millis, seconds } from '../../src/domain/unit/units.ts'
import { systemClock } from '../../src/system/clock.ts'
import { envelope, eventually, kill, openHouse, type House } from './fixtures/house.ts'

const tell = { act: 'tell' }

let house: House
beforeEach(async () => {
  house = await openHouse()
})
afterEach(() => house.close())

describe('unixSocket between processes', () => {
  it('carries requests both ways', async () => {
    const hub = house.end('hub')
    await hub.listen('conductor', async () => ({ from: 'hub' }))
    const child = await house.child({ role: 'leaf', listen: ['host/a'], ask: 'conductor' })
    const [printed] = (await once(child.stdout!, 'data')) as [Buffer]
    expect(JSON.parse(printed.toString())).toEqual({ from: 'hub' })
    expect(await hub.request('host/a', envelope(tell))).toEqual({ pid: child.pid, heard: 1 })
  })

  it('a leaf works on with a hub that was killed and started again', async () => {
    const first = await house.child({ role: 'hub', listen: ['conductor'] })
    const leaf = house.end('leaf')
    await leaf.listen('host/a', async () => 'taken')
    expect(await leaf.request('conductor', envelope(tell))).toMatchObject({ pid: first.pid })

    await kill(first)
    const waiting = leaf.request('conductor', envelope(tell, seconds(20)))
    const second = await house.child({ role: 'hub', listen: ['conductor'] })
    expect(await waiting).toMatchObject({ pid: second.pid })
    expect(await leaf.request('conductor', envelope(tell))).toMatchObject({ pid: second.pid })
    const other = house.end('leaf')
    expect(await eventually(() => other.request('host/a', envelope(null)))).toBe('taken')
  })

  it('sends a request again that the killed hub had not answered', async () => {
    const first = await house.child({ role: 'hub', listen: ['conductor'] })
    const leaf = house.end('leaf')
    await leaf.request('conductor', envelope(tell))
    const hanging = leaf.request('conductor', envelope({ act: 'tell', wait: 300 }, seconds(20)))
    await systemClock.sleep(millis(50))
    await kill(first)
    const second = await house.child({ role: 'hub', listen: ['conductor'] })
    expect(await hanging).toMatchObject({ pid: second.pid })
  })

  it('answers unreachable for the addresses of a leaf that was killed', async () => {
    const hub = house.end('hub')
    await hub.open()
    const child = await house.child({ role: 'leaf', listen: ['host/a', 'host/b'] })
    expect(await hub.request('host/b', envelope(tell))).toMatchObject({ pid: child.pid })
    await kill(child)
    await eventually(async () => {
      const ends = await Promise.allSettled(['host/a', 'host/b'].map((host) => hub.request(host, envelope(tell))))
      expect(ends.map((end) => end.status === 'rejected' && (end.reason as { code: string }).code)).toEqual([
        'transport.unreachable',
        'transport.unreachable',
      ])
    })
  })

  it('gives what a killed leaf had not answered to its successor', async () => {
    const hub = house.end('hub')
    await hub.open()
    const first = await house.child({ role: 'leaf', listen: ['host/a'] })
    const answer = hub.request('host/a', envelope({ act: 'tell', wait: 200 }, seconds(20)))
    await systemClock.sleep(millis(50))
    await kill(first)
    const second = await house.child({ role: 'leaf', listen: ['host/a'] })
    expect(await answer).toEqual({ pid: second.pid, heard: 1 })
  })

  it('ends what a killed leaf had not answered at its deadline when nobody follows', async () => {
    const hub = house.end('hub')
    await hub.open()
    await house.child({ role: 'leaf', listen: ['host/a'] })
    const before = systemClock.now()
    await expect(hub.request('host/a', envelope({ act: 'die' }, millis(400)))).rejects.toMatchObject({
      code: 'transport.timeout',
    })
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(395)
  })

  it('takes over the socket that a killed hub left behind', async () => {
    const dead = await house.child({ role: 'hub' })
    await kill(dead)
    expect((await stat(house.socket)).isSocket()).toBe(true)
    const hub = house.end('hub')
    await hub.listen('conductor', async () => 'taken')
    expect(await house.end('leaf').request('conductor', envelope(null))).toBe('taken')
  })

  it('does not take the socket of a hub that is stopped', async () => {
    const stopped = await house.child({ role: 'hub', listen: ['conductor'] })
    stopped.kill('SIGSTOP')
    await expect(house.end('hub').open()).rejects.toMatchObject({ code: 'unix_socket.in_use' })
    stopped.kill('SIGCONT')
    expect(await house.end('leaf').request('conductor', envelope(tell))).toMatchObject({ pid: stopped.pid })
  })

  it('lets a process end that neither closed it nor waits for an answer', async () => {
    await house.end('hub').open()
    const child = await house.child({ role: 'leaf', listen: ['host/a'], alone: true })
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0)
  })

  it('keeps a process alive until its request is answered', async () => {
    const hub = house.end('hub')
    await hub.listen('slow', async () => {
      await systemClock.sleep(millis(500))
      return 'at last'
    })
    const child = await house.child({ role: 'leaf', ask: 'slow', alone: true })
    const [printed] = (await once(child.stdout!, 'data')) as [Buffer]
    expect(printed.toString().trim()).toBe('"at last"')
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0)
  })
})
