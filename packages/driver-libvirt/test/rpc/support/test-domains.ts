/** The least that libvirt's test driver takes for a domain. */
export function testDomainXml(name: string, memoryKib = 1024): string {
  return `<domain type='test'><name>${name}</name><memory>${memoryKib}</memory><os><type>hvm</type></os></domain>`
}

/** A QEMU guest without disks that says on its serial console what its firmware does, and goes on for ever. */
export function firmwareGuestXml(name: string): string {
  return `<domain type='qemu'>
    <name>${name}</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
    <os><type arch='x86_64' machine='pc'>hvm</type><bios useserial='yes'/></os>
    <devices>
      <emulator>/usr/bin/qemu-system-x86_64</emulator>
      <serial type='pty'/><console type='pty'><target type='serial'/></console>
      <graphics type='vnc' autoport='yes' listen='127.0.0.1'/><video><model type='vga'/></video>
    </devices>
  </domain>`
}
