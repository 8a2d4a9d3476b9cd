import type { HypervisorDriver, HypervisorEnvironment, HypervisorHost, NodeName, ServerId } from '@novakit/core'
import { id, turns } from '@novakit/core'
import { libvirt, type LibvirtClient } from '../rpc/index.ts'
import { guestFolders } from './disks/folders.ts'
import { imageTool } from './disks/image-tool.ts'
import { facetsOf } from './facets/facets.ts'
import { destroy } from './guests/destroy.ts'
import { guestEvents } from './guests/guest-events.ts'
import { listGuests } from './guests/list-guests.ts'
import { powerControl } from './guests/power.ts'
import { spawn } from './guests/spawn.ts'
import { hostProfile } from './host/host-profile.ts'
import { inventoryOf } from './host/inventory.ts'
import { parseOptions, type LibvirtDriverOptions, type ParsedOptions } from './options.ts'
import type { Station } from './station.ts'

/**
 * Guests of a libvirt daemon on the agent's host: a definition under the server's id, the fencing token in its metadata,
 * and a folder of files. Nothing else is remembered, so an agent that starts anew knows all.
 * @throws `libvirt_driver.invalid_options`
 */
export function libvirtDriver(options: LibvirtDriverOptions): HypervisorDriver {
  const checked = parseOptions(options)
  return { name: 'libvirt', apiVersion: 1, open: (environment) => open(checked, environment) }
}

async function open(options: ParsedOptions, environment: HypervisorEnvironment): Promise<HypervisorHost> {
  const { clock, log } = environment
  const client = await libvirt({ uri: options.uri, clock, log }).connect()
  try {
    return await assemble(await station(client, options, environment))
  } catch (error) {
    await client.close()
    throw error
  }
}

async function station(
  client: LibvirtClient,
  options: ParsedOptions,
  environment: HypervisorEnvironment,
): Promise<Station> {
  const kind = (await client.connectGetType()) === 'TEST' ? 'test' : 'qemu'
  const folders = await guestFolders(options.folder)
  return {
    client,
    kind,
    node: id<NodeName>(options.node ?? environment.host),
    profile: await hostProfile(client, kind, options, environment),
    options,
    environment,
    folders,
    images: imageTool(options.qemuImg),
    turns: turns<ServerId>(),
    restarting: new Set(),
  }
}

async function assemble(at: Station): Promise<HypervisorHost> {
  const events = await guestEvents(at)
  return {
    inventory: () => inventoryOf(at),
    list: () => listGuests(at),
    spawn: (order, signal) => at.turns.take(order.server, () => spawn(at, order, signal)),
    destroy: (guest, options) => at.turns.take(guest.server, () => destroy(at, guest, options)),
    power: powerControl(at),
    events: (listener) => events.add(listener),
    close: async () => {
      await events.stop()
      await at.client.close()
    },
    ...facetsOf(at),
  }
}
