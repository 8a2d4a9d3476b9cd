export { trimChanges } from './ledger/change-feed.ts'
export { placementLedger } from './ledger/placement-ledger.ts'
