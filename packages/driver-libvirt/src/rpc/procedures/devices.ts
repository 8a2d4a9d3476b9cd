import { array, firstOf, struct } from '../xdr/compounds.ts'
import { bytes, int32, int64, text, truth, uint32, uint64 } from '../xdr/scalars.ts'
import { domain as dom } from '../wire/objects.ts'
import { params } from '../wire/typed-params.ts'
import { call, flags, maybeText, room, streaming } from './procedure.ts'

/** What a domain has: CPUs, memory, disks, interfaces, and whatever else is attached. */
export const deviceCalls = {
  domainAttachDevice: call(8, { dom, xml: text }),
  domainDetachDevice: call(13, { dom, xml: text }),
  domainAttachDeviceFlags: call(160, { dom, xml: text, flags }),
  domainDetachDeviceFlags: call(161, { dom, xml: text, flags }),
  domainUpdateDeviceFlags: call(174, { dom, xml: text, flags }),
  domainDetachDeviceAlias: call(392, { dom, alias: text, flags }),

  domainGetMaxVcpus: call(18, { dom }, int32),
  domainGetVcpus: call(
    20,
    { dom, maxInfo: int32, mapLength: int32 },
    struct({ vcpus: array(struct({ number: uint32, state: int32, cpuTime: uint64, cpu: int32 })), cpuMaps: bytes }),
  ),
  domainSetVcpus: call(32, { dom, vcpus: uint32 }),
  domainSetVcpusFlags: call(199, { dom, vcpus: uint32, flags }),
  domainGetVcpusFlags: call(200, { dom, flags }, int32),
  domainPinVcpu: call(26, { dom, vcpu: uint32, cpuMap: bytes }),
  domainPinVcpuFlags: call(225, { dom, vcpu: uint32, cpuMap: bytes, flags }),
  domainGetVcpuPinInfo: call(
    230,
    { dom, maps: int32, mapLength: int32, flags },
    struct({ cpuMaps: bytes, maps: int32 }),
  ),
  domainPinEmulator: call(279, { dom, cpuMap: bytes, flags }),
  domainGetEmulatorPinInfo: call(280, { dom, mapLength: int32, flags }, struct({ cpuMap: bytes, maps: int32 })),
  domainSetVcpu: call(384, { dom, cpuMap: text, enabled: truth, flags }),
  domainGetCpuStats: call(
    262,
    { dom, room: uint32, startCpu: int32, cpus: uint32, flags },
    struct({ params, count: int32 }),
  ),
  domainGetIothreadInfo: call(351, { dom, flags }, firstOf(array(struct({ id: uint32, cpuMap: bytes })), uint32)),
  domainPinIothread: call(352, { dom, id: uint32, cpuMap: bytes, flags }),
  domainAddIothread: call(355, { dom, id: uint32, flags }),
  domainDelIothread: call(356, { dom, id: uint32, flags }),
  domainSetIothreadParams: call(402, { dom, id: uint32, params, flags }),

  /** All memory in KiB. */
  domainGetMaxMemory: call(17, { dom }, uint64),
  domainSetMaxMemory: call(30, { dom, memory: uint64 }),
  domainSetMemory: call(31, { dom, memory: uint64 }),
  domainSetMemoryFlags: call(204, { dom, memory: uint64, flags }),
  domainMemoryStats: call(159, { dom, max: uint32, flags }, array(struct({ tag: int32, value: uint64 }))),
  domainSetMemoryStatsPeriod: call(308, { dom, period: int32, flags }),

  domainSetSchedulerParametersFlags: call(219, { dom, params, flags }),
  domainGetSchedulerParametersFlags: call(223, { dom, room: room(16), flags }, params),
  domainSetBlkioParameters: call(205, { dom, params, flags }),
  domainGetBlkioParameters: call(206, { dom, room: room(16), flags }, firstOf(params, int32)),
  domainSetMemoryParameters: call(197, { dom, params, flags }),
  domainGetMemoryParameters: call(198, { dom, room: room(16), flags }, firstOf(params, int32)),
  domainSetNumaParameters: call(254, { dom, params, flags }),
  domainGetNumaParameters: call(255, { dom, room: room(16), flags }, firstOf(params, int32)),

  domainBlockStats: call(
    64,
    { dom, path: text },
    struct({ readRequests: int64, readBytes: int64, writeRequests: int64, writeBytes: int64, errors: int64 }),
  ),
  domainBlockStatsFlags: call(243, { dom, path: text, room: room(16), flags }, firstOf(params, int32)),
  domainGetBlockInfo: call(
    194,
    { dom, path: text, flags },
    struct({ allocation: uint64, capacity: uint64, physical: uint64 }),
  ),
  domainBlockPeek: call(103, { dom, path: text, offset: uint64, size: uint32, flags }, bytes),
  domainGetDiskErrors: call(
    263,
    { dom, max: uint32, flags },
    firstOf(array(struct({ disk: text, error: int32 })), int32),
  ),

  domainInterfaceStats: call(
    65,
    { dom, device: text },
    struct({
      rxBytes: int64,
      rxPackets: int64,
      rxErrors: int64,
      rxDrops: int64,
      txBytes: int64,
      txPackets: int64,
      txErrors: int64,
      txDrops: int64,
    }),
  ),
  domainSetInterfaceParameters: call(256, { dom, device: text, params, flags }),
  domainGetInterfaceParameters: call(257, { dom, device: text, room: room(16), flags }, firstOf(params, int32)),

  domainOpenConsole: streaming('both', 201, { dom, device: maybeText, flags }),
  domainOpenChannel: streaming('both', 296, { dom, name: maybeText, flags }),
  /** The answer is the MIME type of the picture that follows. */
  domainScreenshot: streaming('read', 211, { dom, screen: uint32, flags }, maybeText),
} as const
