import { defineErrors } from '@novakit/core'

export const demoErrors = defineErrors('demo', {
  no_libvirt: {
    kind: 'unavailable',
    help: 'never',
    message: (d: { uri: string }) =>
      `No libvirt daemon answers at ${d.uri}. Debian and Ubuntu have one in libvirt-daemon-system, with qemu-system-x86 ` +
      'and qemu-utils; Fedora in libvirt-daemon-kvm, with qemu-img. In a checkout of the repository, ' +
      'tools/servers/libvirtd install gets them, and tools/servers/libvirtd start FOLDER prints what to give with --uri.',
  },
  no_image: {
    kind: 'not_found',
    help: 'never',
    message: (d: { file: string }) => `There is no image ${d.file}.`,
  },
  no_guest: {
    kind: 'unavailable',
    help: 'never',
    message: () =>
      'The small guest cannot be built here. Say which disk image to boot with --image FILE, or run ' +
      'tools/guests/install install disk as root in a checkout of the repository.',
  },
})
