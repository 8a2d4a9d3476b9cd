import { placementErrors, type Guard } from '@novakit/core'
import type { ClaimRequest } from './claim-request.ts'
import { MAX_AMOUNT } from './check-tree.ts'

const MAX_KEY = 255

/** What is wrong with the call itself, whatever the ledger holds. @throws `placement.invalid` */
export function checkClaims(claims: readonly ClaimRequest[]): void {
  const consumers = new Set<string>()
  for (const claim of claims) {
    demand(!consumers.has(claim.consumer), `consumer ${claim.consumer} claims twice in one call`)
    consumers.add(claim.consumer)
    checkAmounts(claim)
    checkGuards(claim)
  }
}

function checkAmounts({ consumer, allocations }: ClaimRequest): void {
  for (const [provider, resources] of allocations) {
    for (const [resourceClass, amount] of Object.entries(resources)) {
      const whole = Number.isInteger(amount) && amount >= 0 && amount <= MAX_AMOUNT
      demand(whole, `consumer ${consumer} claims ${amount} ${resourceClass} of ${provider}`)
    }
  }
}

function checkGuards({ consumer, guards }: ClaimRequest): void {
  const seen = new Set<string>()
  for (const guard of guards) {
    const name = `${guard.kind} ${guard.key}`
    demand(!seen.has(name), `consumer ${consumer} names the guard ${name} twice`)
    demand(isGuard(guard), `consumer ${consumer} has a guard that makes no sense: ${JSON.stringify(guard)}`)
    seen.add(name)
  }
}

function isGuard(guard: Guard): boolean {
  if (guard.key.length === 0 || guard.key.length > MAX_KEY) return false
  if (guard.kind === 'pin') return guard.value.length > 0 && guard.value.length <= MAX_KEY
  return Number.isSafeInteger(guard.by) && guard.by > 0 && Number.isSafeInteger(guard.max) && guard.max >= 0
}

function demand(holds: boolean, what: string): void {
  if (!holds) throw placementErrors.invalid({ what: `${what}.` })
}
