// For developers: compares the client's table of procedures and events with a libvirt source tree, which guards
// against slips of ours and tells what a newer libvirt has.
//
//   node --conditions=novakit-source tools/libvirt-check.ts PATH_OF_LIBVIRT_SOURCES
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { events, procedures, type Procedure } from '@novakit/driver-libvirt/client'
import { compareWithSource } from './libvirt/compare.ts'
import { readProtocol } from './libvirt/protocol-source.ts'

const root = process.argv[2]
if (root === undefined) {
  console.error('usage: libvirt-check.ts PATH_OF_LIBVIRT_SOURCES')
  process.exit(2)
}
const read = (file: string): Promise<string> => readFile(path.join(root, 'src/remote', file), 'utf8')
const remoteText = await read('remote_protocol.x')
const remote = readProtocol(remoteText, 'REMOTE_PROC_')
// The structures of objects stand in the other file.
const qemu = readProtocol(`${remoteText}\n${await read('qemu_protocol.x')}`, 'QEMU_PROC_')

const { wrong, compared, missing } = compareWithSource(procedures as Readonly<Record<string, Procedure>>, events, {
  remote,
  qemu,
})
for (const line of wrong) console.error(line)
console.log(`${compared} procedures and events compared, ${wrong.length} differ`)
console.log(`not in the table: ${missing.join(' ')}`)
process.exitCode = wrong.length === 0 ? 0 : 1
