/** A file of a drive image. Folders are made as paths need them. */
export interface ImageFile {
  /** Relative, with `/` between folder names: `openstack/latest/meta_data.json`. */
  readonly path: string
  readonly content: Uint8Array
  /** POSIX permission bits, 0o444 by default. Rock Ridge keeps them; FAT and Joliet know none. */
  readonly mode?: number
}
