import type { Disk } from '../../ports/hypervisor.ts'
import type { GuestCommand } from '../../domain/operation/command.ts'
import type { HeldVolumes } from '../held-volumes.ts'
import type { LocalVolume } from '../../ports/volume.ts'
import type { PluggedVolume } from '../../domain/volume/volume.ts'

/** The volume on this host, and the disk that the guest has of it. */
export async function volumeDisk(
  held: HeldVolumes,
  command: Pick<GuestCommand, 'server' | 'epoch'>,
  { connection, deviceName, tag }: PluggedVolume,
): Promise<{ readonly local: LocalVolume; readonly disk: Disk }> {
  const local = await held.hold(command, connection)
  const disk: Disk = {
    role: 'volume',
    bootIndex: null,
    size: null,
    backing: local,
    bus: null,
    deviceName,
    deviceType: 'disk',
    format: local.format === 'luks' ? 'raw' : local.format,
    tag,
    serial: local.volume,
  }
  return { local, disk }
}
