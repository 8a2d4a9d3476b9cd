import type { HypervisorEnvironment } from '@novakit/core'
import type { HostProfile } from '../../design/index.ts'
import { libvirtCodeOf, type LibvirtClient } from '../../rpc/index.ts'
import { capabilitiesXml, domainCapabilitiesXml, type DomainCapabilities } from '../../xml/index.ts'
import { hypervisorErrors } from '../errors.ts'
import type { ParsedOptions } from '../options.ts'
import { kvmRuns } from './kvm-runs.ts'

/** As Nova's default. */
const KVM_CPU = 'host-model'

/** What guests are designed for: the operator's words, and what libvirt says of its emulator. */
export async function hostProfile(
  client: LibvirtClient,
  kind: 'qemu' | 'test',
  options: ParsedOptions,
  environment: HypervisorEnvironment,
): Promise<HostProfile> {
  const arch = options.arch ?? (kind === 'test' ? 'x86_64' : await hostArch(client))
  const machineType = options.machineType ?? (/^(x86_64|i686)$/.test(arch) ? 'pc' : 'virt')
  const choose = async (): Promise<'kvm' | 'qemu'> => {
    if (options.virtType !== 'verified') return options.virtType
    const mode = options.cpu.mode ?? KVM_CPU
    const runs = kind === 'qemu' && (await kvmRuns({ client, arch, environment, folder: options.folder, cpu: mode }))
    return runs ? 'kvm' : 'qemu'
  }
  const virtType = await choose()
  const capabilities = kind === 'test' ? null : await capabilitiesOf(client, { virtType, arch, machine: machineType })
  const { cpu, graphics, consoleAddress, diskCache, pciePorts } = options
  return {
    virtType,
    arch,
    machineType,
    cpu: {
      mode: cpu.mode ?? (virtType === 'kvm' ? KVM_CPU : 'none'),
      models: cpu.models ?? [],
      flags: cpu.flags ?? [],
    },
    capabilities,
    consoleAddress,
    graphics,
    diskCache,
    product: { manufacturer: 'novakit', name: 'novakit', version: '0.1.0' },
    pciePorts,
  }
}

async function hostArch(client: LibvirtClient): Promise<string> {
  return capabilitiesXml.parse(await client.connectGetCapabilities()).host.cpu.arch
}

async function capabilitiesOf(
  client: LibvirtClient,
  asked: { readonly virtType: string; readonly arch: string; readonly machine: string },
): Promise<DomainCapabilities> {
  try {
    return domainCapabilitiesXml.parse(await client.connectGetDomainCapabilities(asked))
  } catch (error) {
    if (libvirtCodeOf(error) === null) throw error
    throw hypervisorErrors.unusable_virt_type(asked, { cause: error, detail: { error: String(error) } })
  }
}
