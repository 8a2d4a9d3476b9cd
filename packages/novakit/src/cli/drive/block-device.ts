import { readFile, type FileHandle } from 'node:fs/promises'

/**
 * The bytes of an open block device: `stat` says zero of it. Linux alone, where the kernel tells in sectors of 512 bytes,
 * whatever the device's own are. @throws where it does not tell
 */
export async function deviceSize(handle: FileHandle): Promise<number> {
  const { rdev } = await handle.stat()
  // As glibc takes a device number apart (makedev(3)).
  const major = ((rdev >> 8) & 0xfff) | (Math.floor(rdev / 2 ** 32) & 0xffff_f000)
  const minor = (rdev & 0xff) | ((rdev >> 12) & 0xf_ff00)
  const sectors = await readFile(`/sys/dev/block/${major}:${minor}/size`, 'utf8')
  return Number(sectors) * 512
}
