import type { FirstBootInput, Json, TaggedDevice } from '@novakit/core/vocabulary'
import { isAtLeast, type OpenstackVersion } from './versions.ts'

type Fields = Readonly<Record<string, Json>>

/** `devices` of meta_data.json, with what each version knows of them. */
export function devicesOf(input: FirstBootInput, version: OpenstackVersion): readonly Fields[] {
  return input.devices.flatMap((device) => {
    const own = fieldsOf(input, device, version)
    if (own === null) return []
    const tags = device.tags.length === 0 ? {} : { tags: device.tags }
    return [{ ...own, bus: device.bus, address: device.address, ...tags }]
  })
}

/** Null: a device that guests of this version are not told of. */
function fieldsOf(input: FirstBootInput, device: TaggedDevice, version: OpenstackVersion): Fields | null {
  switch (device.type) {
    case 'nic':
      return nicFields(input, device, version)
    case 'disk':
      return {
        type: 'disk',
        ...(device.serial === undefined ? {} : { serial: device.serial }),
        ...(device.path === undefined ? {} : { path: device.path }),
      }
    case 'share':
      if (!isAtLeast(version, '2025-04-04')) return null
      return { type: 'share', share_id: device.share ?? null, tag: device.shareTag ?? null }
  }
}

/** A NIC of which there is nothing to say is left out; from 2018-08-27 on there always is. */
function nicFields(input: FirstBootInput, device: TaggedDevice, version: OpenstackVersion): Fields | null {
  const nic = input.nics.find(({ mac }) => mac === device.mac)
  const vlan = isAtLeast(version, '2017-02-22') ? (device.vlan ?? nic?.vlan ?? null) : null
  const told = {
    ...(vlan === null ? {} : { vlan }),
    ...(isAtLeast(version, '2018-08-27') ? { vf_trusted: device.trusted ?? nic?.trusted ?? false } : {}),
  }
  if (device.tags.length === 0 && Object.keys(told).length === 0) return null
  return { ...told, type: 'nic', mac: device.mac ?? null }
}
