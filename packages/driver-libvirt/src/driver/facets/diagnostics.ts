import type { Bytes, Diagnostics, HypervisorFacets, MiB } from '@novakit/core'
import { bytes, mib, millis, vcpus } from '@novakit/core'
import { statsGroup, type Params } from '../../rpc/index.ts'
import { descriptionOf } from '../guests/devices-of.ts'
import { guestAt } from '../guests/find-guest.ts'
import type { Station } from '../station.ts'

const { balloon, block, interface: nics, vcpu } = statsGroup
const NANOSECONDS_OF_MILLISECOND = 1_000_000

export function diagnosticsFacet(station: Station): HypervisorFacets['diagnostics'] {
  const { client, kind } = station
  return {
    read: async (guest) => {
      const { dom, power, active } = await guestAt(station, guest)
      // libvirt's simulation knows a guest's state and no more.
      const wanted = kind === 'test' ? statsGroup.state : balloon | block | nics | vcpu
      const [info, stats, { devices }] = await Promise.all([
        client.domainGetInfo({ dom }),
        client.connectGetAllDomainStats({ domains: [dom], stats: wanted }),
        descriptionOf(station, dom, active ? 'running' : 'defined'),
      ])
      const params = stats[0]?.params ?? {}
      const macs = new Map((devices?.interfaces ?? []).map((each) => [targetOf(each), each.mac ?? '']))
      return read(params, { power, cpus: info.vcpus, maximum: Number(info.maxMemory) }, macs)
    },
  }
}

function targetOf(each: object): string {
  return 'target' in each && typeof each.target === 'string' ? each.target : ''
}

function read(
  params: Params,
  guest: { readonly power: Diagnostics['power']; readonly cpus: number; readonly maximum: number },
  macs: ReadonlyMap<string, string>,
): Diagnostics {
  const number = (name: string): number | null => (params[name] === undefined ? null : Number(params[name]))
  const count = (name: string): Bytes => bytes(number(name) ?? 0)
  const each = <T>(kind: string, make: (prefix: string) => T): readonly T[] =>
    Array.from({ length: number(`${kind}.count`) ?? 0 }, (_, index) => make(`${kind}.${index}`))
  const times = Array.from({ length: number('vcpu.current') ?? 0 }, (_, index) => number(`vcpu.${index}.time`))
  const [current, unused] = [number('balloon.current'), number('balloon.unused')]
  return {
    power: guest.power,
    uptime: null,
    cpus: vcpus(guest.cpus),
    vcpus: times.flatMap((time) =>
      time === null ? [] : [{ time: millis(Math.round(time / NANOSECONDS_OF_MILLISECOND)), utilisation: null }],
    ),
    memory: {
      maximum: ofKib(guest.maximum),
      used: current === null || unused === null ? null : ofKib(current - unused),
    },
    disks: each('block', (prefix) => ({
      readBytes: count(`${prefix}.rd.bytes`),
      writeBytes: count(`${prefix}.wr.bytes`),
      errors: number(`${prefix}.errors`),
    })),
    nics: each('net', (prefix) => ({
      mac: macs.get(String(params[`${prefix}.name`] ?? '')) ?? '',
      rxBytes: count(`${prefix}.rx.bytes`),
      txBytes: count(`${prefix}.tx.bytes`),
    })),
  }
}

function ofKib(kib: number): MiB {
  return mib(Math.round(kib / 1024))
}
