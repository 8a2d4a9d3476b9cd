import { attribute, child, leaf, list, mark, presence, record, variants } from '../base/fields.ts'
import { integer, string, word, yesNo } from '../base/scalars.ts'
import { address, common } from './address.ts'

const host = record({
  name: attribute('name', string).maybe,
  port: attribute('port', integer).maybe,
  transport: attribute('transport', word('tcp', 'unix', 'rdma')).maybe,
  socket: attribute('socket', string).maybe,
})

/** A secret by what it is for or by its UUID. */
const secretRef = record({
  type: attribute('type', string),
  uuid: attribute('uuid', string).maybe,
  usage: attribute('usage', string).maybe,
})

const auth = record({ username: attribute('username', string), secret: child('secret', secretRef) })
const encryption = record({ format: attribute('format', word('luks', 'qcow')), secret: child('secret', secretRef) })

/** Bytes and operations a second; `…Max` for bursts, `…MaxLength` for their length in seconds. */
const ioTune = record({
  totalBytesSec: leaf('total_bytes_sec', integer).maybe,
  readBytesSec: leaf('read_bytes_sec', integer).maybe,
  writeBytesSec: leaf('write_bytes_sec', integer).maybe,
  totalIopsSec: leaf('total_iops_sec', integer).maybe,
  readIopsSec: leaf('read_iops_sec', integer).maybe,
  writeIopsSec: leaf('write_iops_sec', integer).maybe,
  totalBytesSecMax: leaf('total_bytes_sec_max', integer).maybe,
  readBytesSecMax: leaf('read_bytes_sec_max', integer).maybe,
  writeBytesSecMax: leaf('write_bytes_sec_max', integer).maybe,
  totalIopsSecMax: leaf('total_iops_sec_max', integer).maybe,
  readIopsSecMax: leaf('read_iops_sec_max', integer).maybe,
  writeIopsSecMax: leaf('write_iops_sec_max', integer).maybe,
  sizeIopsSec: leaf('size_iops_sec', integer).maybe,
  totalBytesSecMaxLength: leaf('total_bytes_sec_max_length', integer).maybe,
  totalIopsSecMaxLength: leaf('total_iops_sec_max_length', integer).maybe,
})

/** How QEMU opens it. A format is always said, so that it never guesses one from what the guest wrote. */
const driver = record({
  name: attribute('name', word('qemu')),
  type: attribute('type', string).maybe,
  cache: attribute('cache', word('default', 'none', 'writethrough', 'writeback', 'directsync', 'unsafe')).maybe,
  io: attribute('io', word('threads', 'native', 'io_uring')).maybe,
  discard: attribute('discard', word('unmap', 'ignore')).maybe,
  detectZeroes: attribute('detect_zeroes', word('off', 'on', 'unmap')).maybe,
  errorPolicy: attribute('error_policy', word('stop', 'report', 'ignore', 'enospace')).maybe,
  queues: attribute('queues', integer).maybe,
  iothread: attribute('iothread', integer).maybe,
})

const rest = {
  device: attribute('device', word('disk', 'cdrom', 'lun', 'floppy')).maybe,
  driver: child('driver', driver).maybe,
  auth: child('auth', auth).maybe,
  blockIo: child(
    'blockio',
    record({
      logical: attribute('logical_block_size', integer).maybe,
      physical: attribute('physical_block_size', integer).maybe,
    }),
  ).maybe,
  target: child(
    'target',
    record({
      dev: attribute('dev', string),
      bus: attribute('bus', word('virtio', 'scsi', 'ide', 'sata', 'usb', 'fdc')).maybe,
    }),
  ),
  ioTune: child('iotune', ioTune).maybe,
  readonly: presence('readonly'),
  shareable: presence('shareable'),
  transient: presence('transient'),
  serial: leaf('serial', string).maybe,
  wwn: leaf('wwn', string).maybe,
  encryption: child('encryption', encryption).maybe,
  ...common,
  address: child('address', address).maybe,
}

/** A disk or drive of a guest, by what is behind it. No `source` is an empty drive. */
export const disk = variants('type', {
  file: record({ source: mark('source', 'file', string).maybe, ...rest }),
  block: record({ source: mark('source', 'dev', string).maybe, ...rest }),
  network: record({
    source: child(
      'source',
      record({
        protocol: attribute('protocol', word('rbd', 'iscsi', 'nbd', 'http', 'https', 'ssh', 'nfs', 'gluster')),
        name: attribute('name', string).maybe,
        tls: attribute('tls', yesNo).maybe,
        hosts: list('host', host),
      }),
    ).maybe,
    ...rest,
  }),
  volume: record({
    source: child('source', record({ pool: attribute('pool', string), volume: attribute('volume', string) })).maybe,
    ...rest,
  }),
})
