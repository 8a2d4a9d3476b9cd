import type { Bench } from './bench.ts'
import type { HypervisorFacets } from '../../ports/hypervisor.ts'

/** What a case asks of its driver beyond the core. Where it is missing the case is not declared. */
export interface Needs {
  readonly facet?: keyof HypervisorFacets
  /** A second host to move to. */
  readonly peer?: boolean
  readonly nodes?: number
}

export type Run = (bench: Bench) => Promise<void>

/** A case that needs more than the core says so. */
export type Case = Run | { readonly needs: Needs; readonly run: Run }

/** Cases by their names: sentences about what a driver does. */
export type Cases = Readonly<Record<string, Case>>
