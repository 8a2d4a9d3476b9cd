import { mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { HypervisorEnvironment } from '@novakit/core'
import { millis } from '@novakit/core'
import { libvirtCodeOf, startFlag, type LibvirtClient } from '../../rpc/index.ts'
import { domainXml } from '../../xml/index.ts'
import { absent } from '../disks/folders.ts'

interface Parts {
  readonly client: LibvirtClient
  readonly arch: string
  readonly environment: HypervisorEnvironment
  readonly folder: string
}

/** A firmware says its first words within milliseconds where KVM helps. */
const PATIENCE = 5_000
const LOOK_EVERY = millis(50)

/**
 * Whether a guest runs with KVM: a machine without disks is started, and its firmware has to say something. A /dev/kvm
 * may open and make virtual CPUs that never get anywhere.
 */
export async function kvmRuns({ client, arch, environment, folder }: Parts): Promise<boolean> {
  const { log } = environment
  if (arch !== 'x86_64' && arch !== 'i686') {
    log.warn('whether KVM runs can be found out on x86 alone; guests are emulated. Set virtType.', { arch })
    return false
  }
  const work = await mkdtemp(path.join(folder, 'kvm-'))
  const uuid = environment.ids.uuid()
  const said = path.join(work, 'said')
  const runs = async (): Promise<boolean> => {
    const xml = probeXml(uuid, arch, said)
    await client.domainCreateXml({ xml, flags: startFlag.autodestroy })
    return says(said, environment)
  }
  try {
    const found = await runs().catch((error: unknown) => {
      if (libvirtCodeOf(error) === null) throw error
      log.info('there is no KVM here; guests are emulated', { error: String(error) })
      return null
    })
    if (found === false) log.warn('KVM is there and runs nothing; guests are emulated')
    return found === true
  } finally {
    await client.domainDestroy({ dom: { uuid } }).catch((error: unknown) => {
      if (libvirtCodeOf(error) !== 'no_domain') throw error
    })
    await rm(work, { recursive: true, force: true })
  }
}

async function says(file: string, { clock }: HypervisorEnvironment): Promise<boolean> {
  const began = clock.now()
  while (clock.now() - began < PATIENCE) {
    const said = await readFile(file, 'latin1').catch(absent)
    if (said !== null && said.length > 0) return true
    await clock.sleep(LOOK_EVERY)
  }
  return false
}

function probeXml(uuid: string, arch: string, file: string): string {
  return domainXml.build({
    type: 'kvm',
    name: `novakit-kvm-${uuid}`,
    uuid,
    memory: 32 * 1024,
    vcpu: { count: 1 },
    os: { type: { arch, machine: 'pc', name: 'hvm' }, bios: { useSerial: true } },
    devices: { serials: [{ type: 'pty', log: { file, append: true }, target: { port: 0 } }] },
  })
}
