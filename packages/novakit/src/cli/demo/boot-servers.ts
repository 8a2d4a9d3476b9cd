import type { Cloud } from '@novakit/core'
import type { Terminal } from '../terminal.ts'
import { bar } from '../terminal.ts'
import { systemClock } from '@novakit/core'

export interface Booted {
  readonly asked: number
  readonly active: number
  /** Milliseconds until every request was answered, and until the last server was active. */
  readonly acceptedMs: number
  readonly activeMs: number
}

/** Boots servers one request each, and shows how far they are. */
export async function bootServers(screen: Terminal, cloud: Cloud, asked: number): Promise<Booted> {
  const demo = cloud.as({ project: 'demo', user: 'tenant', roles: ['member'] })
  const began = systemClock.now()
  let active = 0
  const show = (): void => {
    const over = active === asked
    screen.progress(`Booting  ${bar(active / asked)}  ${active} of ${asked} active`, over)
  }
  const count = (): void => {
    active++
    show()
  }
  cloud.events.on('instance.create.end', count)
  const names = Array.from({ length: asked }, (_, index) => `web-${index + 1}`)
  const created = await Promise.all(
    names.map((name) => demo.servers.create({ name, flavor: 'm1.tiny', image: 'cirros', idempotencyKey: name })),
  )
  const acceptedMs = systemClock.now() - began
  await Promise.all(created.flat().map((server) => demo.servers.until(server.id, 'active')))
  cloud.events.off('instance.create.end', count)
  const { servers } = await demo.servers.list({ status: 'ACTIVE' })
  active = servers.length
  const activeMs = systemClock.now() - began
  screen.say(`         accepted in ${acceptedMs} ms, all running after ${activeMs} ms\n`)
  return { asked, active, acceptedMs, activeMs }
}
