import { z } from 'zod'
import type { BlockDevice, PluggedVolume } from '../../domain/volume/volume.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { Image } from '../../domain/image/image.ts'
import type { Nic } from '../../domain/network/network.ts'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import type { Sealed } from '../../domain/sealed/sealed.ts'
import { pluggedVolume } from './volumes.ts'

/** Makes and starts a guest. The agent fetches the image, plugs the networks and builds the config drive itself. */
export interface SpawnOrderPayload {
  readonly name: string
  readonly hostname: string
  readonly project: ProjectId
  readonly user: UserId
  readonly flavor: Flavor
  readonly image: Image | null
  readonly metadata: Readonly<Record<string, string>>
  readonly blockDevices: readonly BlockDevice[]
  readonly nics: readonly Nic[]
  /** Those that it has besides its own disks. */
  readonly volumes: readonly PluggedVolume[]
  readonly configDrive: boolean
  readonly keys: readonly { readonly name: string; readonly type: 'ssh' | 'x509'; readonly data: string }[]
  /** Base64. */
  readonly userData: string | null
  readonly adminPassword: Sealed<string> | null
  readonly launchIndex: number
  readonly reservation: string
  readonly zone: string | null
  readonly createdAt: number
  /** False: it is made, and left stopped. */
  readonly powerOn?: boolean | undefined
}

const record = z.record(z.string(), z.unknown())

/** Checks the frame; flavor, image, NICs and devices are ours, written by the conductor from rows it has checked. */
export const spawnPayload = z.object({
  name: z.string(),
  hostname: z.string(),
  project: z.string(),
  user: z.string(),
  flavor: record,
  image: record.nullable(),
  metadata: z.record(z.string(), z.string()),
  blockDevices: z.array(record),
  nics: z.array(record),
  volumes: z.array(pluggedVolume).default([]),
  configDrive: z.boolean(),
  keys: z.array(z.object({ name: z.string(), type: z.enum(['ssh', 'x509']), data: z.string() })),
  userData: z.string().nullable(),
  adminPassword: z.string().nullable(),
  launchIndex: z.number().int(),
  reservation: z.string(),
  zone: z.string().nullable(),
  createdAt: z.number(),
  powerOn: z.boolean().optional(),
}) as unknown as z.ZodType<SpawnOrderPayload>
