import { describeSaga } from '@novakit/core/testing'
import { actionSuite, ofSeveralSteps } from '../support/action-scenarios.ts'

for (const kind of ofSeveralSteps) describeSaga(kind, actionSuite(kind))
