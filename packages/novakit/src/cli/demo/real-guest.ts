import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Cloud, HypervisorDriver, HypervisorHost, ServerId, Verbs } from '@novakit/core'
import { hasCode, seconds, systemClock } from '@novakit/core'
import { libvirtDriver } from '@novakit/driver-libvirt'
import { libvirt } from '@novakit/driver-libvirt/client'
import { localServices } from '@novakit/local-services'
import { createCloud } from '../../create-cloud.ts'
import { terminal, type Terminal } from '../terminal.ts'
import { demoErrors } from './errors.ts'
import { guestImage } from './guest-image.ts'
import { watchConsole } from './watch-console.ts'

export interface RealGuestOptions {
  readonly uri: string
  readonly virtType: 'qemu' | 'kvm' | 'verified'
  /** A disk image; null: the guest of this repository's tests. */
  readonly image: string | null
  /** MiB */
  readonly memory: number
  /** What the console says when the guest is ready. */
  readonly ready: RegExp
  readonly patience: number
  readonly quiet: boolean
}

export interface RealGuestResult {
  readonly ok: boolean
  readonly server: string
  readonly image: string
  /** Milliseconds from the request until it was active, and until it said that it is ready. */
  readonly activeMs: number
  readonly readyMs: number | null
  /** The id that the guest read from its config drive, where it tells. */
  readonly readFromDrive: string | null
  readonly leftOver: { readonly servers: number; readonly guests: number }
  readonly seconds: number
}

const HOST = 'this-host'
const TENANT = { project: 'demo', user: 'tenant', roles: ['admin'] }

/** One real guest through the whole cloud: image store, placement, agent, libvirt; its console, and nothing left over. */
export async function realGuest(options: RealGuestOptions): Promise<RealGuestResult> {
  const began = systemClock.now()
  const screen = terminal(options.quiet)
  await mustAnswer(options.uri)
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-'))
  // QEMU runs as a user of its own, and has to pass through.
  await chmod(folder, 0o711)
  try {
    const image = await guestImage(options.image)
    const { uri, virtType } = options
    const opened = withHost(libvirtDriver({ uri, virtType, folder: path.join(folder, 'guests') }))
    await using services = await localServices({ dir: path.join(folder, 'services') })
    await using cloud = await createCloud({
      hosts: { [HOST]: opened.driver },
      images: services.images,
      timing: { commandEvery: seconds(30) },
    })
    await cloud.start()
    const tenant = cloud.as(TENANT)
    screen.say(`A cloud with one host, whose hypervisor is libvirt at ${options.uri}.`)
    const { id } = await services.images.importFile(
      tenant.context,
      { name: image.name, format: image.format },
      image.file,
    )
    screen.say(`Its image store has taken in ${image.name} and looked into it.`)
    const told = await tell(screen, { cloud, tenant, host: opened.host, options, image: id })
    const { servers, guests } = told.leftOver
    const ok = told.readyMs !== null && servers === 0 && guests === 0
    return { ok, image: image.name, ...told, seconds: (systemClock.now() - began) / 1000 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Scene {
  readonly cloud: Cloud
  readonly tenant: Verbs
  readonly host: () => HypervisorHost
  readonly options: RealGuestOptions
  readonly image: string
}

async function tell(screen: Terminal, { tenant, host, options, image }: Scene) {
  await tenant.flavors.create({ name: 'guest', vcpus: 1, memory: options.memory, disk: 0 })
  const began = systemClock.now()
  const [server] = await tenant.servers.create({ name: 'guest', flavor: 'guest', image, configDrive: true })
  if (server === undefined) throw new Error('No server was accepted.')
  try {
    await tenant.servers.until(server.id, 'active')
    const activeMs = systemClock.now() - began
    screen.say(`Server ${server.id} is active after ${activeMs} ms. Its console:\n`)
    const seen = await watchConsole(screen, host(), server.id as ServerId, options)
    const readyMs = seen.ready ? systemClock.now() - began : null
    screen.say(seen.ready ? `\nThe guest is ready after ${readyMs} ms.` : '\nThe guest did not get ready in time.')
    if (seen.uuid !== null) screen.say(`It has read from its config drive that it is ${seen.uuid}.`)
    return {
      server: server.id,
      activeMs,
      readyMs,
      readFromDrive: seen.uuid,
      leftOver: await cleanUp(screen, tenant, host()),
    }
  } catch (error) {
    const { fault } = await tenant.servers.get(server.id)
    if (fault !== null) screen.say(`What went wrong, for the operator: ${JSON.stringify(fault.detail)}`)
    await cleanUp(screen, tenant, host())
    throw error
  }
}

async function cleanUp(screen: Terminal, tenant: Verbs, host: HypervisorHost): Promise<RealGuestResult['leftOver']> {
  const { servers } = await tenant.servers.list()
  for (const { id } of servers) {
    await tenant.servers.delete(id)
    await tenant.servers.until(id, 'deleted')
  }
  const [left, guests] = [await tenant.servers.list(), await host.list()]
  screen.say(`Deleted it; ${left.servers.length} servers and ${guests.length} guests are left over.`)
  return { servers: left.servers.length, guests: guests.length }
}

/** The driver, and the host that the agent opens with it: consoles are not among the cloud's verbs. */
function withHost(driver: HypervisorDriver) {
  let host: HypervisorHost | null = null
  const open: HypervisorDriver['open'] = async (environment) => (host = await driver.open(environment))
  return {
    driver: { ...driver, open },
    host: (): HypervisorHost => {
      if (host === null) throw new Error('The agent has not opened its hypervisor.')
      return host
    },
  }
}

async function mustAnswer(uri: string): Promise<void> {
  try {
    await using client = await libvirt({ uri }).connect()
    await client.connectGetType()
  } catch (error) {
    if (!hasCode(error, 'libvirt.unreachable')) throw error
    throw demoErrors.no_libvirt({ uri }, { cause: error })
  }
}
