import { z } from 'zod'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Json } from '../../domain/json.ts'
import type { SpawnOrderPayload } from './spawn.ts'
import { json } from '../schemas.ts'
import { spawnPayload } from './spawn.ts'

/** Asks whether the guest's disks may move, and grow to another flavor. Changes nothing. */
export interface ResizeCheckPayload {
  /** As it is. */
  readonly guest: SpawnOrderPayload
  readonly to: Flavor
}

/** Stops the guest and puts its disks where the destination can take them. */
export interface ResizeLeavePayload {
  readonly guest: SpawnOrderPayload
  readonly destination: HostName
}

/** Takes the disks up, and makes the guest in its new size. */
export interface ResizeArrivePayload {
  readonly guest: SpawnOrderPayload
  /** What the hypervisor that was left has said of them. */
  readonly disks: Json
  readonly powerOn: boolean
}

/** Throws away what is kept of a guest for going back, where it has arrived on the host that it left. */
export interface ResizeConfirmPayload {
  /** The epoch at which it was left. */
  readonly left: number
}

/** Has the guest as it was before it left, at the command's epoch. */
export interface ResizeReturnPayload {
  readonly guest: SpawnOrderPayload
  /** The epoch at which it may have arrived on this very host; null where it has not. */
  readonly arrived: number | null
  readonly powerOn: boolean
}

const flavor = z.record(z.string(), z.unknown())

export const resizeCheckPayload = z.object({
  guest: spawnPayload,
  to: flavor,
}) as unknown as z.ZodType<ResizeCheckPayload>

export const resizeLeavePayload = z.object({
  guest: spawnPayload,
  destination: z.string().min(1),
}) as unknown as z.ZodType<ResizeLeavePayload>

export const resizeArrivePayload = z.object({
  guest: spawnPayload,
  disks: json,
  powerOn: z.boolean(),
}) as unknown as z.ZodType<ResizeArrivePayload>

export const resizeConfirmPayload = z.object({ left: z.number().int() }) as z.ZodType<ResizeConfirmPayload>

export const resizeReturnPayload = z.object({
  guest: spawnPayload,
  arrived: z.number().int().nullable(),
  powerOn: z.boolean(),
}) as unknown as z.ZodType<ResizeReturnPayload>
