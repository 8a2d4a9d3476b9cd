export { checkEmpty, checkQuiet, invariants, type Invariant } from './check-quiet.ts'
export { cloudPicture, type CloudPicture } from './cloud-picture.ts'
export type { CloudInside, LedgerRows, SeenGuest, SeenPort } from './cloud-inside.ts'
