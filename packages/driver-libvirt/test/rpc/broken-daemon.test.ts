import { afterEach, expect, test } from 'vitest'
import { hasCode, millis } from '@novakit/core'
import { libvirt, type LibvirtClient } from '../../src/rpc/index.ts'
import { describeLibvirtd, startLibvirtd, type Libvirtd } from './support/libvirtd.ts'
import { testDomainXml } from './support/test-domains.ts'

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )
const reconnect = { first: millis(20), longest: millis(200) }

describeLibvirtd('a libvirtd that stops, hangs or comes back', () => {
  let daemon: Libvirtd
  let client: LibvirtClient | undefined

  afterEach(async () => {
    await client?.close()
    await daemon.remove()
  })

  test('is found again after it was killed and started anew, with its events and what waited', async () => {
    daemon = await startLibvirtd({ drivers: 'none' })
    client = await libvirt({ uri: daemon.testUri, reconnect }).connect()
    const heard: string[] = []
    await client.on('domainLifecycle', ({ dom }) => void heard.push(dom.name))
    await daemon.kill('SIGKILL')
    await expect.poll(() => client?.state, { timeout: 5000 }).toBe('lost')
    const waiting = client.connectGetHostname()
    await daemon.start()
    expect(await waiting).not.toBe('')
    expect(client.state).toBe('connected')
    await client.domainCreateXml({ xml: testDomainXml('after') })
    await expect.poll(() => heard).toContain('after')
  }, 60_000)

  test('holds a call no longer than its deadline while it is stopped, and answers the next when it goes on', async () => {
    daemon = await startLibvirtd({ drivers: 'none' })
    client = await libvirt({ uri: daemon.testUri }).connect()
    await daemon.kill('SIGSTOP')
    const began = performance.now()
    const error = await failure(client.connectGetHostname({}, { timeout: millis(200) }))
    expect(hasCode(error, 'libvirt.timeout')).toBe(true)
    expect(performance.now() - began).toBeLessThan(2000)
    const giveUp = new AbortController()
    const second = failure(client.connectGetHostname({}, { signal: giveUp.signal }))
    giveUp.abort()
    expect(hasCode(await second, 'libvirt.cancelled')).toBe(true)
    await daemon.kill('SIGCONT')
    expect(await client.connectGetHostname()).not.toBe('')
  }, 60_000)

  test('is given up when it gives no sign of life, and found again when it goes on', async () => {
    daemon = await startLibvirtd({ drivers: 'none' })
    const keepalive = { interval: millis(50), count: 3 }
    client = await libvirt({ uri: daemon.testUri, keepalive, reconnect }).connect()
    await daemon.kill('SIGSTOP')
    expect(hasCode(await failure(client.connectGetHostname()), 'libvirt.connection_lost')).toBe(true)
    await daemon.kill('SIGCONT')
    expect(await client.connectGetHostname()).not.toBe('')
  }, 60_000)

  test('that was never there cannot be connected to', async () => {
    daemon = await startLibvirtd({ drivers: 'none' })
    await daemon.stop()
    const error = await failure(libvirt({ uri: daemon.testUri }).connect())
    expect(error).toMatchObject({ code: 'libvirt.unreachable', help: 'later' })
  }, 60_000)

  test('serves more calls than it takes at one time, none of them lost', async () => {
    daemon = await startLibvirtd({ drivers: 'none' })
    const own = await libvirt({ uri: daemon.testUri }).connect()
    client = own
    const answers = await Promise.all(Array.from({ length: 5000 }, () => own.connectGetType()))
    expect(new Set(answers)).toEqual(new Set(['TEST']))
  }, 60_000)
})
