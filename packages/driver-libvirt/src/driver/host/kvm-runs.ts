import { mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { HypervisorEnvironment } from '@novakit/core'
import { millis } from '@novakit/core'
import type { CpuProfile } from '../../design/index.ts'
import { libvirtCodeOf, startFlag, type LibvirtClient } from '../../rpc/index.ts'
import { domainXml } from '../../xml/index.ts'
import { absent } from '../disks/folders.ts'

interface Parts {
  readonly client: LibvirtClient
  readonly arch: string
  readonly environment: HypervisorEnvironment
  readonly folder: string
  /** The CPU that guests get: QEMU may run with one and not with another. */
  readonly cpu: CpuProfile['mode']
}

/** A firmware is through within a second where KVM helps. */
const PATIENCE = 5_000
const LOOK_EVERY = millis(50)

/** The last words of a firmware that finds nothing to boot. */
const LAST_WORDS = /no bootable device/i

/**
 * Whether a guest runs with KVM: a machine without disks is started with the CPU that guests get, and its firmware has to
 * come to its end. A /dev/kvm may open and make virtual CPUs that never get anywhere, or not with every model.
 */
export async function kvmRuns({ client, arch, environment, folder, cpu }: Parts): Promise<boolean> {
  const { log } = environment
  if (arch !== 'x86_64' && arch !== 'i686') {
    log.warn('whether KVM runs can be found out on x86 alone; guests are emulated. Set virtType.', { arch })
    return false
  }
  const work = await mkdtemp(path.join(folder, 'kvm-'))
  const uuid = environment.ids.uuid()
  const said = path.join(work, 'said')
  const runs = async (): Promise<boolean> => {
    const xml = probeXml({ uuid, arch, file: said, cpu })
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
    if (said !== null && LAST_WORDS.test(said)) return true
    await clock.sleep(LOOK_EVERY)
  }
  return false
}

interface Probe {
  readonly uuid: string
  readonly arch: string
  readonly file: string
  readonly cpu: CpuProfile['mode']
}

function probeXml({ uuid, arch, file, cpu }: Probe): string {
  // A model by name is looked at where guests are designed; what it is made of comes from the host's all the same.
  const mode = cpu === 'none' || cpu === 'custom' ? null : cpu
  return domainXml.build({
    type: 'kvm',
    name: `novakit-kvm-${uuid}`,
    uuid,
    memory: 32 * 1024,
    vcpu: { count: 1 },
    os: { type: { arch, machine: 'pc', name: 'hvm' }, bios: { useSerial: true } },
    ...(mode === null ? {} : { cpu: { mode } }),
    devices: { serials: [{ type: 'pty', log: { file, append: true }, target: { port: 0 } }] },
  })
}
