import type { ActionRequest } from '../../lifecycle/index.ts'
import type { Step } from '../../saga/index.ts'

export type ActionStep = Step<'cell', ActionRequest>
