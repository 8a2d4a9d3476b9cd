import type { Brand } from '../brand.ts'
import { unitErrors } from './errors.ts'

/** Whole bytes. */
export type Bytes = Brand<number, 'Bytes'>
/** Whole mebibytes, 2^20 bytes: what Nova's `memory_mb` really counts. */
export type MiB = Brand<number, 'MiB'>
/** Whole gibibytes, 2^30 bytes: what Nova's `root_gb` really counts. */
export type GiB = Brand<number, 'GiB'>
/** Whole virtual CPUs. */
export type Vcpus = Brand<number, 'Vcpus'>
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Brand<number, 'Instant'>
/** A span of milliseconds. */
export type Millis = Brand<number, 'Millis'>

/** @throws `unit.invalid` unless `value` is a whole number from 0 to 2^53 - 1. */
function whole(unit: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw unitErrors.invalid({ unit, value: String(value).slice(0, 40) })
}

export const bytes = (value: number): Bytes => whole('bytes', value) as Bytes
export const mib = (value: number): MiB => whole('MiB', value) as MiB
export const gib = (value: number): GiB => whole('GiB', value) as GiB
export const vcpus = (value: number): Vcpus => whole('vCPUs', value) as Vcpus
export const instant = (value: number): Instant => value as Instant
export const millis = (value: number): Millis => value as Millis
export const seconds = (value: number): Millis => (value * 1000) as Millis
export const minutes = (value: number): Millis => (value * 60_000) as Millis

export const gibToMib = (value: GiB): MiB => (value * 1024) as MiB
export const mibToBytes = (value: MiB): Bytes => (value * 2 ** 20) as Bytes
export const mibToGibRoundedUp = (value: MiB): GiB => Math.ceil(value / 1024) as GiB
export const bytesToMibRoundedUp = (value: Bytes): MiB => Math.ceil(value / 2 ** 20) as MiB
export const bytesToGibRoundedUp = (value: Bytes): GiB => Math.ceil(value / 2 ** 30) as GiB

export const later = (from: Instant, by: Millis): Instant => (from + by) as Instant
export const elapsed = (from: Instant, to: Instant): Millis => (to - from) as Millis
