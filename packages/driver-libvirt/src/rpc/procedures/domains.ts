import { array, firstOf, optional, struct } from '../xdr/compounds.ts'
import { bytes, chars, int32, int64, text, truth, uint32, uint64, uuid } from '../xdr/scalars.ts'
import { domain as dom } from '../wire/objects.ts'
import { params } from '../wire/typed-params.ts'
import { call, flags, maybeText } from './procedure.ts'

/** Life of a domain: made, found, started, stopped, saved, described. */
export const domainCalls = {
  domainCreate: call(9, { dom }),
  /** Starts one that is not defined and vanishes when it stops. */
  domainCreateXml: call(10, { xml: text, flags }, dom),
  domainDefineXml: call(11, { xml: text }, dom),
  domainDestroy: call(12, { dom }),
  domainGetXmlDesc: call(14, { dom, flags }, text),
  domainGetAutostart: call(15, { dom }, truth),
  /** Memory in KiB, CPU time in nanoseconds. */
  domainGetInfo: call(
    16,
    { dom },
    struct({ state: uint32, maxMemory: uint64, memory: uint64, vcpus: uint32, cpuTime: uint64 }),
  ),
  domainGetOsType: call(19, { dom }, text),
  domainLookupById: call(22, { id: int32 }, dom),
  domainLookupByName: call(23, { name: text }, dom),
  domainLookupByUuid: call(24, { uuid }, dom),
  domainReboot: call(27, { dom, flags }),
  domainResume: call(28, { dom }),
  domainSetAutostart: call(29, { dom, autostart: truth }),
  domainShutdown: call(33, { dom }),
  domainSuspend: call(34, { dom }),
  domainUndefine: call(35, { dom }),
  domainCoreDump: call(53, { dom, to: text, flags }),
  domainRestore: call(54, { from: text }),
  domainSave: call(55, { dom, to: text }),
  domainIsActive: call(150, { dom }, truth),
  domainIsPersistent: call(151, { dom }, truth),
  domainManagedSave: call(182, { dom, flags }),
  domainHasManagedSaveImage: call(183, { dom, flags }, truth),
  domainManagedSaveRemove: call(184, { dom, flags }),
  domainCreateWithFlags: call(196, { dom, flags }, dom),
  domainIsUpdated: call(202, { dom }, truth),
  domainInjectNmi: call(210, { dom, flags }),
  domainGetState: call(212, { dom, flags }, struct({ state: int32, reason: int32 })),
  /** `keycodes` are pressed together for `holdTime` milliseconds. */
  domainSendKey: call(226, { dom, codeset: uint32, holdTime: uint32, keycodes: array(uint32), flags }),
  domainGetControlInfo: call(229, { dom, flags }, struct({ state: uint32, details: uint32, stateTime: uint64 })),
  domainUndefineFlags: call(231, { dom, flags }),
  domainSaveFlags: call(232, { dom, to: text, xml: maybeText, flags }),
  domainRestoreFlags: call(233, { from: text, xml: maybeText, flags }),
  domainDestroyFlags: call(234, { dom, flags }),
  domainReset: call(245, { dom, flags }),
  domainShutdownFlags: call(258, { dom, flags }),
  domainPmSuspendForDuration: call(261, { dom, target: uint32, duration: uint64, flags }),
  domainSetMetadata: call(264, { dom, type: int32, metadata: maybeText, key: maybeText, uri: maybeText, flags }),
  domainGetMetadata: call(265, { dom, type: int32, uri: maybeText, flags }, text),
  domainPmWakeup: call(267, { dom, flags }),
  domainGetHostname: call(277, { dom, flags }, text),
  domainSendProcessSignal: call(295, { dom, pid: int64, signal: uint32, flags }),
  domainCoreDumpWithFormat: call(334, { dom, to: text, format: uint32, flags }),
  domainDefineXmlFlags: call(350, { xml: text, flags }, dom),
  domainRename: call(358, { dom, name: maybeText, flags }, int32),
  domainSetLifecycleAction: call(390, { dom, type: uint32, action: uint32, flags }),
  domainGetMessages: call(426, { dom, flags }, array(text)),
  domainSaveParams: call(440, { dom, params, flags }),
  domainRestoreParams: call(441, { params, flags }),

  domainGetJobInfo: call(
    163,
    { dom },
    struct({
      type: int32,
      timeElapsed: uint64,
      timeRemaining: uint64,
      dataTotal: uint64,
      dataProcessed: uint64,
      dataRemaining: uint64,
      memTotal: uint64,
      memProcessed: uint64,
      memRemaining: uint64,
      fileTotal: uint64,
      fileProcessed: uint64,
      fileRemaining: uint64,
    }),
  ),
  domainAbortJob: call(164, { dom }),
  domainGetJobStats: call(298, { dom, flags }, struct({ type: int32, params })),
  domainAbortJobFlags: call(442, { dom, flags }),

  domainGetSecurityLabelList: call(278, { dom }, firstOf(array(struct({ label: chars, enforcing: truth })), int32)),
  domainGetLaunchSecurityInfo: call(396, { dom, flags }, params),
  domainSetLaunchSecurityState: call(439, { dom, params, flags }),
  domainMemoryPeek: call(104, { dom, offset: uint64, size: uint32, flags }, bytes),

  domainGetSchedulerType: call(56, { dom }, struct({ type: text, room: int32 })),
  domainGetPerfEvents: call(365, { dom, flags }, params),
  domainSetPerfEvents: call(366, { dom, params, flags }),
  domainInterfaceAddresses: call(
    353,
    { dom, source: uint32, flags },
    array(
      struct({
        name: text,
        mac: optional(text),
        addresses: array(struct({ type: int32, address: text, prefix: uint32 })),
      }),
    ),
  ),
} as const
