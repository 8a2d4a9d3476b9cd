import { array, firstOf, struct } from '../xdr/compounds.ts'
import { int32, int64, text, truth, uint32, uint64 } from '../xdr/scalars.ts'
import { program } from '../wire/frame.ts'
import { domain as dom } from '../wire/objects.ts'
import { params } from '../wire/typed-params.ts'
import { call, flags, maybeText } from './procedure.ts'

const qemu = { program: program.qemu } as const

/** What the agent in the guest does, and QEMU's own monitor. */
export const agentCalls = {
  domainFstrim: call(294, { dom, mountPoint: maybeText, minimum: uint64, flags }),
  domainFsfreeze: call(335, { dom, mountPoints: array(text), flags }, int32),
  domainFsthaw: call(336, { dom, mountPoints: array(text), flags }, int32),
  domainGetTime: call(337, { dom, flags }, struct({ seconds: int64, nanoseconds: uint32 })),
  domainSetTime: call(338, { dom, seconds: int64, nanoseconds: uint32, flags }),
  domainGetFsinfo: call(
    349,
    { dom, flags },
    firstOf(array(struct({ mountPoint: text, name: text, type: text, devices: array(text) })), uint32),
  ),
  domainSetUserPassword: call(357, { dom, user: maybeText, password: maybeText, flags }),
  domainGetGuestVcpus: call(371, { dom, flags }, params),
  domainSetGuestVcpus: call(372, { dom, cpuMap: text, enabled: truth, flags }),
  domainGetGuestInfo: call(418, { dom, types: uint32, flags }, params),
  /** Seconds; -2 blocks, -1 is libvirt's default, 0 does not wait. */
  domainAgentSetResponseTimeout: call(420, { dom, timeout: int32, flags }, int32),
  domainAuthorizedSshKeysGet: call(424, { dom, user: text, flags }, array(text)),
  domainAuthorizedSshKeysSet: call(425, { dom, user: text, keys: array(text), flags }),

  qemuDomainMonitorCommand: { ...call(1, { dom, command: text, flags }, text), ...qemu },
  /** Seconds; -2 blocks, -1 is libvirt's default, 0 does not wait. */
  qemuDomainAgentCommand: { ...call(3, { dom, command: text, timeout: int32, flags }, maybeText), ...qemu },
} as const
