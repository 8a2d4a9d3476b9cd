import { defineErrors } from '@novakit/core'

/** What the driver itself finds; what libvirt answers is in `libvirt.*`, what cannot be designed in `guest_design.*`. */
export const hypervisorErrors = defineErrors('libvirt_driver', {
  invalid_options: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The options of the libvirt driver are not valid: ${d.what}`,
  },
  invalid_name: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `That cannot name anything on a host: ${d.what}.`,
  },
  guest_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { server: string }) => `There is no guest ${d.server} on this host.`,
  },
  older_guest: {
    kind: 'conflict',
    help: 'elsewhere',
    message: (d: { server: string }) => `An older guest ${d.server} is still here. Destroy it first.`,
  },
  foreign_domain: {
    kind: 'conflict',
    help: 'elsewhere',
    message: (d: { server: string }) => `Somebody else has a domain with the UUID of guest ${d.server} here.`,
  },
  wrong_power: {
    kind: 'conflict',
    help: 'later',
    message: (d: { server: string; action: string; power: string }) =>
      `Guest ${d.server} cannot ${d.action} while it is ${d.power}.`,
  },
  aborted: {
    kind: 'unavailable',
    help: 'same',
    message: (d: { call: string }) => `${d.call} was broken off by its caller.`,
  },
  image_refused: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The image cannot be used: ${d.what}.`,
  },
  disk_too_small: {
    kind: 'invalid',
    help: 'never',
    message: (d: { disk: number; image: number }) =>
      `The disk of ${d.disk} GiB is too small for the image, which takes ${d.image} GiB.`,
  },
  cannot_shrink: {
    kind: 'invalid',
    help: 'never',
    message: (d: { server: string }) => `A disk of guest ${d.server} cannot become smaller.`,
  },
  disk_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { server: string; what: string }) => `Guest ${d.server} has no ${d.what} on this host.`,
  },
  not_left: {
    kind: 'conflict',
    help: 'never',
    message: (d: { server: string }) => `Guest ${d.server} did not leave this host, so it cannot come back.`,
  },
  unreachable_disks: {
    kind: 'unavailable',
    help: 'elsewhere',
    message: (d: { server: string }) => `The disks of guest ${d.server} cannot be reached from this host.`,
  },
  no_migration: {
    kind: 'conflict',
    help: 'never',
    message: (d: { server: string }) => `No live migration of guest ${d.server} is under way.`,
  },
  unsupported: {
    kind: 'unsupported',
    help: 'elsewhere',
    message: (d: { what: string }) => `This host cannot ${d.what}.`,
  },
  still_plugged: {
    kind: 'conflict',
    help: 'later',
    message: (d: { server: string }) => `Guest ${d.server} does not let go of the device.`,
  },
  image_tool: {
    kind: 'internal',
    help: 'elsewhere',
    message: (d: { verb: string }) => `The host could not ${d.verb} a disk image.`,
  },
  no_image_tool: {
    kind: 'unavailable',
    help: 'elsewhere',
    message: (d: { program: string }) =>
      `The program ${d.program} is missing on the host. Debian and Ubuntu have it in qemu-utils, Fedora in qemu-img.`,
  },
  unusable_virt_type: {
    kind: 'unavailable',
    help: 'elsewhere',
    message: (d: { virtType: string; arch: string }) =>
      `The libvirt of this host has no ${d.virtType} guests of ${d.arch}.`,
  },
})
