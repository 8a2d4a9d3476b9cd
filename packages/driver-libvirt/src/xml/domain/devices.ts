import { child, leaf, list, record } from '../base/fields.ts'
import { string } from '../base/scalars.ts'
import { channel, consoleDevice, serial } from './character.ts'
import { disk } from './disk.ts'
import { graphics, video } from './graphics.ts'
import { networkInterface } from './interface.ts'
import * as small from './small-devices.ts'

export const devices = record({
  emulator: leaf('emulator', string).maybe,
  disks: list('disk', disk),
  controllers: list('controller', small.controller),
  filesystems: list('filesystem', small.filesystem),
  interfaces: list('interface', networkInterface),
  serials: list('serial', serial),
  consoles: list('console', consoleDevice),
  channels: list('channel', channel),
  inputs: list('input', small.input),
  tpms: list('tpm', small.tpm),
  graphics: list('graphics', graphics),
  sounds: list('sound', small.sound),
  videos: list('video', video),
  hostdevs: list('hostdev', small.hostdev),
  redirections: list('redirdev', small.redirection),
  watchdogs: list('watchdog', small.watchdog),
  memoryBalloon: child('memballoon', small.memoryBalloon).maybe,
  rngs: list('rng', small.rng),
  memoryModules: list('memory', small.memoryModule),
  panics: list('panic', small.panic),
  vsock: child('vsock', small.vsock).maybe,
  iommu: child('iommu', small.iommu).maybe,
})
