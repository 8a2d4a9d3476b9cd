import { array, struct } from '../xdr/compounds.ts'
import type { OutOf } from '../xdr/codec.ts'
import { int32, int64, text, uint32, uint64 } from '../xdr/scalars.ts'
import { maybeText } from '../procedures/procedure.ts'
import { params } from '../wire/typed-params.ts'
import {
  domainEvent,
  networkEvent,
  nodeDeviceEvent,
  reasonedEvent,
  secretEvent,
  storagePoolEvent,
} from './event-kind.ts'

const address = struct({ family: int32, node: text, service: text })
const lifecycle = { event: int32, detail: int32 }

/** Every event that can be listened to: the id that asks for it, the message that brings it, what is in it. */
export const events = {
  domainLifecycle: domainEvent(0, 318, lifecycle),
  domainReboot: domainEvent(1, 319),
  domainRtcChange: domainEvent(2, 320, { offset: int64 }),
  domainWatchdog: domainEvent(3, 321, { action: int32 }),
  domainIoError: domainEvent(4, 322, { path: text, device: text, action: int32 }),
  domainGraphics: domainEvent(5, 323, {
    phase: int32,
    local: address,
    remote: address,
    authScheme: text,
    subject: array(struct({ type: text, name: text })),
  }),
  domainIoErrorReason: domainEvent(6, 324, { path: text, device: text, action: int32, reason: text }),
  domainControlError: domainEvent(7, 325),
  /** By the path of the disk; {@link domainBlockJob2} tells its target (`vda`). */
  domainBlockJob: domainEvent(8, 326, { path: text, type: int32, status: int32 }),
  domainDiskChange: domainEvent(9, 327, { oldPath: maybeText, newPath: maybeText, device: text, reason: int32 }),
  domainTrayChange: domainEvent(10, 328, { device: text, reason: int32 }),
  domainPmWakeup: reasonedEvent(11, 329),
  domainPmSuspend: reasonedEvent(12, 330),
  /** KiB. */
  domainBalloonChange: domainEvent(13, 331, { actual: uint64 }),
  domainPmSuspendDisk: reasonedEvent(14, 332),
  domainDeviceRemoved: domainEvent(15, 333, { device: text }),
  domainBlockJob2: domainEvent(16, 339, { target: text, type: int32, status: int32 }),
  domainTunable: domainEvent(17, 346, { params }),
  domainAgentLifecycle: domainEvent(18, 348, { state: int32, reason: int32 }),
  domainDeviceAdded: domainEvent(19, 354, { device: text }),
  domainMigrationIteration: domainEvent(20, 359, { iteration: int32 }),
  domainJobCompleted: domainEvent(21, 363, { params }),
  domainDeviceRemovalFailed: domainEvent(22, 367, { device: text }),
  domainMetadataChange: domainEvent(23, 379, { type: int32, uri: maybeText }),
  domainBlockThreshold: domainEvent(24, 385, { device: text, path: maybeText, threshold: uint64, excess: uint64 }),
  domainMemoryFailure: domainEvent(25, 423, { recipient: int32, action: int32, flags: uint32 }),
  domainMemoryDeviceSizeChange: domainEvent(26, 438, { alias: text, size: uint64 }),

  networkLifecycle: networkEvent(0, 315, lifecycle),
  storagePoolLifecycle: storagePoolEvent(0, 370, lifecycle),
  storagePoolRefresh: storagePoolEvent(1, 373),
  nodeDeviceLifecycle: nodeDeviceEvent(0, 376, lifecycle),
  nodeDeviceUpdate: nodeDeviceEvent(1, 377),
  secretLifecycle: secretEvent(0, 382, lifecycle),
  secretValueChanged: secretEvent(1, 383),
} as const

export type EventName = keyof typeof events
export type EventOf<N extends EventName> = OutOf<(typeof events)[N]['payload']>
