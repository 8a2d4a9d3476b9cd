/** What an image may hold, in whichever format. More is refused before a byte is written, and when an image is read. */
export const imageLimits = {
  /** Also what one FAT folder can hold, and less than the 65,535 folders that an ISO 9660 path table can number. */
  files: 60_000,
  folders: 60_000,
  /** Folders above a file. ISO 9660 itself says 8 levels in all; with Rock Ridge and Joliet nobody counts them. */
  depth: 64,
  /** Of one name in UTF-8; what Linux takes. */
  nameBytes: 255,
  /** Of a whole path in UTF-8. */
  pathBytes: 4095,
  /** All contents together. */
  contentBytes: 2 ** 30,
} as const
