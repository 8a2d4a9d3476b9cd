import type { FirstBootInput } from '../../domain/first-boot/first-boot.ts'
import type { SecretBox } from '../../ports/secrets.ts'
import type { ServerId } from '../../domain/ids.ts'
import type { SpawnOrderPayload } from '../../rpc/orders/spawn.ts'
import { instant } from '../../domain/unit/units.ts'
import { taggedNic } from '../../domain/first-boot/tagged-nic.ts'

/** What the guest is told. The password is opened here, on the host, and nowhere before. */
export function firstBootOf(secrets: SecretBox, server: ServerId, payload: SpawnOrderPayload): FirstBootInput {
  const { name, hostname, project, user, launchIndex, reservation, zone, flavor, image, metadata, keys, nics } = payload
  return {
    server,
    name,
    hostname,
    project,
    user,
    launchIndex,
    reservation,
    zone,
    flavor,
    image,
    metadata,
    keys,
    userData: payload.userData === null ? null : Buffer.from(payload.userData, 'base64'),
    nics,
    devices: nics.flatMap(taggedNic),
    files: [],
    adminPassword: payload.adminPassword === null ? null : secrets.open(payload.adminPassword),
    randomSeed: secrets.randomBytes(512),
    vendorData: null,
    createdAt: instant(payload.createdAt),
  }
}
