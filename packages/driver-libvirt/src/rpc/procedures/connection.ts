import { array, firstOf, optional, struct } from '../xdr/compounds.ts'
import { bytes, charArray, chars, int32, text, truth, uint32, uint64 } from '../xdr/scalars.ts'
import * as object from '../wire/objects.ts'
import { params } from '../wire/typed-params.ts'
import { call, flags, maybeText, needResults, room } from './procedure.ts'

const stat = struct({ field: text, value: uint64 })

/** The connection itself, the host it leads to, and lists of all that is there. */
export const connectionCalls = {
  connectOpen: call(1, { name: maybeText, flags }),
  connectClose: call(2),
  connectGetType: call(3, {}, text),
  /** 1,000,000 × major + 1,000 × minor + release, of the hypervisor. */
  connectGetVersion: call(4, {}, uint64),
  connectGetMaxVcpus: call(5, { type: maybeText }, int32),
  connectGetCapabilities: call(7, {}, text),
  connectGetHostname: call(59, {}, text),
  connectSupportsFeature: call(60, { feature: int32 }, truth),
  connectGetUri: call(110, {}, text),
  connectIsSecure: call(149, {}, truth),
  /** Of libvirt itself, in the form of `connectGetVersion`. */
  connectGetLibVersion: call(157, {}, uint64),
  /** -1 error, 0 incompatible, 1 identical, 2 superset. */
  connectCompareCpu: call(158, { xml: text, flags }, int32),
  connectBaselineCpu: call(162, { cpus: array(text), flags }, text),
  connectGetSysinfo: call(203, { flags }, text),
  connectGetCpuModelNames: call(312, { arch: text, needResults, flags }, firstOf(array(text), int32)),
  connectGetDomainCapabilities: call(
    342,
    { emulator: maybeText, arch: maybeText, machine: maybeText, virtType: maybeText, flags },
    text,
  ),
  connectCompareHypervisorCpu: call(
    393,
    { emulator: maybeText, arch: maybeText, machine: maybeText, virtType: maybeText, cpu: text, flags },
    int32,
  ),
  connectBaselineHypervisorCpu: call(
    394,
    { emulator: maybeText, arch: maybeText, machine: maybeText, virtType: maybeText, cpus: array(text), flags },
    text,
  ),
  connectGetStoragePoolCapabilities: call(403, { flags }, text),
  connectSetIdentity: call(419, { params, flags }),
  connectDomainXmlFromNative: call(135, { format: text, config: text, flags }, text),
  connectDomainXmlToNative: call(136, { format: text, xml: text, flags }, text),

  connectListAllDomains: call(273, { needResults, flags }, firstOf(array(object.domain), uint32)),
  connectListAllStoragePools: call(281, { needResults, flags }, firstOf(array(object.storagePool), uint32)),
  connectListAllNetworks: call(283, { needResults, flags }, firstOf(array(object.network), uint32)),
  connectListAllNodeDevices: call(285, { needResults, flags }, firstOf(array(object.nodeDevice), uint32)),
  connectListAllNwfilters: call(286, { needResults, flags }, firstOf(array(object.nwfilter), uint32)),
  connectListAllSecrets: call(287, { needResults, flags }, firstOf(array(object.secret), uint32)),
  connectListAllNwfilterBindings: call(401, { needResults, flags }, firstOf(array(object.nwfilterBinding), uint32)),
  /** Many domains and all their figures in one answer; no domains named: all of them. */
  connectGetAllDomainStats: call(
    344,
    { domains: array(object.domain), stats: uint32, flags },
    array(struct({ dom: object.domain, params })),
  ),

  connectDomainEventCallbackRegisterAny: call(316, { eventId: int32, dom: optional(object.domain) }, int32),
  connectDomainEventCallbackDeregisterAny: call(317, { callbackId: int32 }),
  connectNetworkEventRegisterAny: call(313, { eventId: int32, net: optional(object.network) }, int32),
  connectNetworkEventDeregisterAny: call(314, { callbackId: int32 }),
  connectStoragePoolEventRegisterAny: call(368, { eventId: int32, pool: optional(object.storagePool) }, int32),
  connectStoragePoolEventDeregisterAny: call(369, { callbackId: int32 }),
  connectNodeDeviceEventRegisterAny: call(374, { eventId: int32, dev: optional(object.nodeDevice) }, int32),
  connectNodeDeviceEventDeregisterAny: call(375, { callbackId: int32 }),
  connectSecretEventRegisterAny: call(380, { eventId: int32, secret: optional(object.secret) }, int32),
  connectSecretEventDeregisterAny: call(381, { callbackId: int32 }),

  authList: call(66, {}, array(int32)),
  authPolkit: call(70, {}, int32),

  /** Memory in KiB. */
  nodeGetInfo: call(
    6,
    {},
    struct({
      model: charArray(32),
      memory: uint64,
      cpus: int32,
      mhz: int32,
      nodes: int32,
      sockets: int32,
      cores: int32,
      threads: int32,
    }),
  ),
  nodeGetCellsFreeMemory: call(101, { startCell: int32, maxCells: int32 }, array(uint64)),
  nodeGetFreeMemory: call(102, {}, uint64),
  nodeGetSecurityModel: call(122, {}, struct({ model: chars, doi: chars })),
  nodeGetCpuStats: call(227, { cpu: int32, room: room(16), flags }, firstOf(array(stat), int32)),
  nodeGetMemoryStats: call(228, { room: room(16), cell: int32, flags }, firstOf(array(stat), int32)),
  nodeSuspendForDuration: call(250, { target: uint32, duration: uint64, flags }),
  nodeSetMemoryParameters: call(288, { params, flags }),
  nodeGetMemoryParameters: call(289, { room: room(64), flags }, firstOf(params, int32)),
  nodeGetCpuMap: call(
    293,
    { needMap: needResults, needOnline: needResults, flags },
    struct({ map: bytes, online: uint32, cpus: int32 }),
  ),
  nodeGetFreePages: call(340, { pages: array(uint32), startCell: int32, cells: uint32, flags }, array(uint64)),
  nodeAllocPages: call(
    347,
    { pageSizes: array(uint32), pageCounts: array(uint64), startCell: int32, cells: uint32, flags },
    int32,
  ),
  nodeGetSevInfo: call(395, { room: room(64), flags }, firstOf(params, int32)),
} as const
