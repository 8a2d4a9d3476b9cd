import type { HypervisorFacts } from '@novakit/core'
import { baselineCpuFlag } from '../../rpc/index.ts'
import { capabilitiesXml, readXml, writeXml, type HostCapabilities } from '../../xml/index.ts'
import { attributeOf, childrenOf } from '../../xml/index.ts'
import type { Station } from '../station.ts'

/** What libvirt says of the host, in the forms in which it is asked for. */
export interface HostFacts {
  readonly hypervisor: HypervisorFacts
  /** Flags of the CPU that guests get at best: under emulation those that the emulator has. */
  readonly cpuFlags: readonly string[]
}

export async function hostFacts(station: Station): Promise<HostFacts> {
  const { client, options, kind, profile } = station
  const [type, version, xml, cpuFlags] = await Promise.all([
    client.connectGetType(),
    client.connectGetVersion(),
    client.connectGetCapabilities(),
    guestCpuFlags(station),
  ])
  const capabilities = capabilitiesXml.parse(xml)
  const { cpu } = capabilities.host
  return {
    cpuFlags,
    hypervisor: {
      type,
      version: Number(version),
      hostIp: options.hostIp ?? null,
      supportedInstances: supported(capabilities, kind === 'test' ? 'test' : profile.virtType),
      cpuInfo: {
        arch: cpu.arch,
        model: cpu.model ?? null,
        vendor: cpu.vendor ?? null,
        topology: cpu.topology ?? null,
        features: cpu.features,
      },
      numa: null,
      pci: null,
    },
  }
}

function supported({ guests }: HostCapabilities, virtType: string): HypervisorFacts['supportedInstances'] {
  const kinds = (guests ?? [])
    .filter(({ arch }) => arch.domains?.some(({ type }) => type === virtType))
    .map(({ arch, osType }) => `${arch.name} ${virtType} ${osType}`)
  return [...new Set(kinds)].map((each) => each.split(' ') as [string, string, string])
}

/** The model that libvirt calls the host's, spelt out to its last flag. */
async function guestCpuFlags({ client, profile, environment }: Station): Promise<readonly string[]> {
  const model = profile.capabilities?.cpu?.modes?.find(({ name }) => name === 'host-model')
  const name = model?.models?.[0]?.name
  if (name === undefined) return []
  const required = (model?.features ?? []).filter(({ policy }) => policy === 'require')
  const { arch, machineType: machine, virtType } = profile
  const features = required.map((feature) => ({ name: 'feature', attributes: { ...feature }, children: [] }))
  const cpu = {
    name: 'cpu',
    attributes: {},
    children: [
      { name: 'arch', attributes: {}, children: [arch] },
      { name: 'model', attributes: {}, children: [name] },
      ...features,
    ],
  }
  try {
    const asked = { virtType, arch, machine, cpus: [writeXml(cpu)], flags: baselineCpuFlag.expandFeatures }
    const whole = readXml(await client.connectBaselineHypervisorCpu(asked))
    return childrenOf(whole, 'feature').flatMap((feature) => attributeOf(feature, 'name') ?? [])
  } catch (error) {
    environment.log.debug('libvirt does not spell out its CPU model', { error: String(error) })
    return required.map((feature) => feature.name)
  }
}
