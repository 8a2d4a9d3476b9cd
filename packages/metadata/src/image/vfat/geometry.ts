import { driveImageErrors } from '../errors.ts'

export const SECTOR = 512
/** Bytes of a directory entry. */
export const ENTRY = 32
export const FATS = 2

/** How a volume of some size is divided; all counts are of sectors unless they say otherwise. */
export interface Geometry {
  readonly bits: 12 | 16 | 32
  readonly sectors: number
  readonly perCluster: number
  /** In front of the first FAT: boot sector, and what FAT32 has beside it. */
  readonly reserved: number
  readonly perFat: number
  /** Of the root folder where it has a place of its own; zero with FAT32, whose root is a chain like any other. */
  readonly root: number
  readonly clusters: number
}

/** Bytes that a volume may have: what mkfs.vfat still finds viable, and what one array can well hold. */
const LEAST = 64 * 1024
const MOST = 2 ** 30

const FAT32_FROM = 512 * 2 ** 20
/** A reader tells the width of the entries by the count of clusters; near the borders some readers count one off. */
const CLUSTERS_OF_FAT12 = 4084
const LEAST_OF_FAT16 = 4087
const CLUSTERS_OF_FAT16 = 65_524
/** A volume of at most so many sectors does not align its parts to clusters. */
const TINY = 8192
const ROOT_ENTRIES = 512

/** The division that mkfs.vfat (dosfstools 4.2) chooses by default. @throws `drive_image.bad_option` */
export function geometryOf(size: number): Geometry {
  if (!Number.isInteger(size) || size < LEAST || size > MOST || size % SECTOR !== 0) {
    throw driveImageErrors.bad_option({
      option: 'size',
      why: `${size} is not a multiple of ${SECTOR} from ${LEAST} to ${MOST}`,
    })
  }
  const sectors = size / SECTOR
  if (size >= FAT32_FROM) return divided(sectors, 32, 8)
  for (let perCluster = 4; ; perCluster *= 2) {
    const [narrow, wide] = [divided(sectors, 12, perCluster), divided(sectors, 16, perCluster)]
    if (wide.clusters >= LEAST_OF_FAT16 && wide.clusters <= CLUSTERS_OF_FAT16) return wide
    if (narrow.clusters <= CLUSTERS_OF_FAT12) return narrow
  }
}

function divided(sectors: number, bits: 12 | 16 | 32, perCluster: number): Geometry {
  const aligned = (count: number): number => (sectors <= TINY ? count : Math.ceil(count / perCluster) * perCluster)
  const reserved = aligned(bits === 32 ? 32 : 1)
  const root = bits === 32 ? 0 : aligned((ROOT_ENTRIES * ENTRY) / SECTOR)
  const rest = sectors - reserved - root
  const needed = (clusters: number): number => aligned(Math.ceil(((clusters + 2) * bits) / 8 / SECTOR))
  const clustersWith = (perFat: number): number => Math.floor((rest - FATS * perFat) / perCluster)
  let perFat = aligned(1)
  while (needed(clustersWith(perFat)) > perFat) perFat = grown(perFat, needed(clustersWith(perFat)), aligned)
  return { bits, sectors, perCluster, reserved, perFat, root, clusters: clustersWith(perFat) }
}

/** Half way to what is asked for, as that shrinks while the FATs grow; at least one step. */
function grown(perFat: number, asked: number, aligned: (count: number) => number): number {
  return aligned(Math.max(perFat + 1, Math.floor((perFat + asked) / 2)))
}

/** The sector that cluster 2, the first, begins at. */
export function firstData({ reserved, perFat, root }: Geometry): number {
  return reserved + FATS * perFat + root
}
