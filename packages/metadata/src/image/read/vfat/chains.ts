import { driveImageErrors } from '../../errors.ts'
import type { Source } from '../source.ts'
import type { FatVolume } from './volume.ts'

/** Clusters of one chain that lie one behind the other. */
export interface Piece {
  readonly first: number
  readonly count: number
}

/** Follows chains. A cluster belongs to one chain, once: what loops or crosses another chain is refused. */
export function chainsOf({ bits, fat, clusters }: FatVolume): (first: number) => readonly Piece[] {
  const taken = new Uint8Array(clusters + 2)
  const next = { 12: next12, 16: next16, 32: next32 }[bits]
  const last = 2 ** (bits === 32 ? 28 : bits) - 8
  return (begin) => {
    const pieces: { first: number; count: number }[] = []
    for (let cluster = begin; ; cluster = next(fat, cluster)) {
      if (cluster >= last) return pieces
      if (cluster < 2 || cluster >= clusters + 2) throw malformed(`a chain leads to cluster ${cluster}`)
      if (taken[cluster] === 1) throw malformed(`cluster ${cluster} is used twice`)
      taken[cluster] = 1
      const piece = pieces.at(-1)
      if (piece !== undefined && piece.first + piece.count === cluster) piece.count++
      else pieces.push({ first: cluster, count: 1 })
    }
  }
}

function next12(fat: Source, cluster: number): number {
  const pair = fat.u16(cluster + (cluster >> 1))
  return cluster % 2 === 0 ? pair & 0xfff : pair >> 4
}

function next16(fat: Source, cluster: number): number {
  return fat.u16(2 * cluster)
}

function next32(fat: Source, cluster: number): number {
  return fat.u32(4 * cluster) & 0x0fff_ffff
}

function malformed(what: string): Error {
  return driveImageErrors.malformed({ what })
}
